// Which tiles, or which points of a coarser level, a window needs, and where they lie in it.

import { floor } from "./number.js";
import { TILE } from "./view.js";

const SIDE = BigInt(TILE);

/**
 * The tiles of the level `up` levels above the view's own that cover a window: `{ level, x, y, left, top, size }` each,
 * with its corner in device pixels.
 */
export function covering(view, width, height, up = 0) {
  const level = view.level - up;
  const pixel = view.scale * 2 ** up;
  // Where the first tile's corner is: a tile side is 2 · TILE half pitches, 2^up of the view's own each.
  const axis = (middle, rest, side) => {
    const tile = 2n * SIDE << BigInt(Math.max(0, up));
    const reach = BigInt(Math.ceil(side / view.scale) + 1);
    const first = floor(middle - reach, tile);
    const offset = Number(first * tile - middle) - rest;
    const starts = [];
    let index = first;
    for (let at = side / 2 + (offset / 2) * view.scale; at < side; at += TILE * pixel) {
      if (at + TILE * pixel > 0) starts.push([index, at]);
      index += 1n;
    }
    return starts;
  };
  const columns = axis(view.x, view.dx, width);
  const rows = axis(view.y, view.dy, height);
  const size = TILE * pixel;
  const middle = ([, at]) => at + size / 2;
  const tiles = rows.flatMap((row) =>
    columns.map((column) => ({
      level, x: column[0], y: row[0], left: column[1], top: row[1], size,
      distance: Math.hypot(middle(column) - width / 2, middle(row) - height / 2),
    })),
  );
  // Those in the middle come first.
  return tiles.sort((a, b) => a.distance - b.distance);
}

/**
 * The points of the level `up` levels above the view's own that cover a window: `{ level, column, row, columns, rows }`, and
 * their rectangle in device pixels: `{ left, top, width, height }`.
 */
export function coarse(view, width, height, up) {
  const pixel = view.scale * 2 ** up;
  const axis = (middle, rest, side) => {
    const step = 2n << BigInt(up);
    const first = floor(middle - BigInt(Math.ceil(side / view.scale)) - 1n, step);
    const at = side / 2 + ((Number(first * step - middle) - rest) / 2) * view.scale;
    const points = Math.ceil((side - at) / pixel);
    return [first, points, at, points * pixel];
  };
  const [column, columns, left, wide] = axis(view.x, view.dx, width);
  const [row, rows, top, high] = axis(view.y, view.dy, height);
  return { level: view.level - up, column, row, columns, rows, left, top, width: wide, height: high };
}

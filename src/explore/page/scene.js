// Draws a view from the tiles that are here. What is missing is filled with the picture before, moved along, and with
// enlarged tiles of the levels above.

import { covering } from "./grid.js";
import { nameOf } from "./tiles.js";
import { TILE } from "./view.js";

/** How many levels above a tile one is looked for to be enlarged. */
const FURTHEST = 12;

export class Scene {
  constructor(canvas, tiles) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false, willReadFrequently: false });
    this.tiles = tiles;
    /** The last picture without a gap, and its view. */
    this.before = document.createElement("canvas");
    this.beforeView = null;
    this.turn = null;
  }

  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.keep();
    this.canvas.width = width;
    this.canvas.height = height;
  }

  /** Remembers what is drawn as the picture before. */
  keep() {
    if (!this.drawn) return;
    const { before, canvas } = this;
    before.width = canvas.width;
    before.height = canvas.height;
    before.getContext("2d", { alpha: false }).drawImage(canvas, 0, 0);
    this.beforeView = this.drawn;
  }

  /** Draws the view; says whether all of it is there `up` levels above its own, and on its own. */
  draw(view, job, tone, up) {
    const { canvas, context } = this;
    const { width, height } = canvas;
    const own = covering(view, width, height);
    const have = (tile) => this.tiles.get(nameOf(job, tile.level, tile.x, tile.y));
    const missing = own.filter((tile) => !have(tile));
    const complete = missing.length === 0;
    const coarse = up === 0 ? complete : complete || covering(view, width, height, up).every(have);
    if (!complete) {
      context.fillStyle = background(tone);
      context.fillRect(0, 0, width, height);
      this.drawBefore(view);
      context.imageSmoothingEnabled = true;
      for (const tile of missing) this.drawAbove(tile, job, tone);
    }
    context.imageSmoothingEnabled = view.zoom !== 0;
    for (const tile of own) {
      const found = complete || !missing.includes(tile) ? have(tile) : null;
      if (found) this.place(this.painted(found, tone), 0, 0, TILE, tile.left, tile.top, tile.size);
    }
    this.drawn = view.copy();
    return { complete, coarse };
  }

  /** Draws a picture of a coarser level, enlarged. */
  drawPreview(view, preview, tone) {
    const { left, top, width, height } = preview.place;
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(this.painted(preview, tone), left, top, width, height);
    this.drawn = view.copy();
  }

  /** Draws nothing but the picture before, moved along. */
  drawMoved(view, tone) {
    this.context.fillStyle = background(tone);
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawBefore(view);
    this.drawn = view.copy();
  }

  /** Draws a part of a tile's picture, its edges on whole pixels so that no seam shows. */
  place(picture, fromX, fromY, side, left, top, size) {
    const [x, y] = [Math.round(left), Math.round(top)];
    const [right, bottom] = [Math.round(left + size), Math.round(top + size)];
    this.context.drawImage(picture, fromX, fromY, side, side, x, y, right - x, bottom - y);
  }

  /** The picture before, where it is now in the view. */
  drawBefore(view) {
    const from = this.beforeView;
    if (!from || Math.abs(from.level - view.level) > FURTHEST) return;
    const { context, before, canvas } = this;
    const levels = view.level - from.level;
    const shift = (middle, rest, was, wasRest) => {
      // Half pitches of the view's level that the picture's middle is to the right of the view's.
      const exact = levels >= 0
        ? Number((was << BigInt(levels)) - middle)
        : Number(was - (middle << BigInt(-levels))) * 2 ** levels;
      return ((exact + wasRest * 2 ** levels - rest) / 2) * view.scale;
    };
    const scale = (view.scale * 2 ** levels) / from.scale;
    const [wide, high] = [before.width * scale, before.height * scale];
    const x = canvas.width / 2 + shift(view.x, view.dx, from.x, from.dx) - wide / 2;
    const y = canvas.height / 2 + shift(view.y, view.dy, from.y, from.dy) - high / 2;
    if (x > canvas.width || y > canvas.height || x + wide < 0 || y + high < 0) return;
    context.imageSmoothingEnabled = scale !== 1;
    context.drawImage(before, x, y, wide, high);
  }

  /** The part of the nearest tile above, enlarged. */
  drawAbove(tile, job, tone) {
    for (let up = 1; up <= FURTHEST; up += 1) {
      const shift = BigInt(up);
      const [x, y] = [tile.x >> shift, tile.y >> shift];
      const above = this.tiles.get(nameOf(job, tile.level - up, x, y));
      if (!above) continue;
      const side = TILE / 2 ** up;
      const fromX = Number(tile.x - (x << shift)) * side;
      const fromY = Number(tile.y - (y << shift)) * side;
      // Below a pixel of the tile above there is nothing to be seen that was not a single colour.
      this.place(this.painted(above, tone), fromX, fromY, side, tile.left, tile.top, tile.size);
      return;
    }
  }

  /** A tile's picture in these colours. */
  painted(tile, tone) {
    const turned = this.turn !== null;
    if (tile.painted === tone && !turned && !tile.turned) return tile.canvas;
    const { columns, rows } = tile.values;
    if (!tile.canvas) {
      tile.canvas = document.createElement("canvas");
      tile.context = tile.canvas.getContext("2d", { alpha: false });
    }
    if (tile.canvas.width !== columns) tile.canvas.width = columns;
    if (tile.canvas.height !== rows) tile.canvas.height = rows;
    if (this.image?.width !== columns || this.image.height !== rows) this.image = new ImageData(columns, rows);
    const { image } = this;
    const pixels = new Uint32Array(image.data.buffer);
    if (turned) {
      if (tile.turned === this.turn) return tile.canvas;
      if (tile.placesOf !== tone) {
        tile.places = tone.places(tile.values);
        tile.placesOf = tone;
      }
      const { places } = tile;
      const colors = this.turn;
      for (let k = 0; k < places.length; k += 1) pixels[k] = colors[places[k]];
    } else {
      tone.paint(tile.values, pixels);
      tile.places = null;
      tile.placesOf = null;
    }
    tile.turned = this.turn;
    tile.painted = tone;
    tile.context.putImageData(image, 0, 0);
    return tile.canvas;
  }
}

/** What is seen where there is nothing to be shown yet: the colour of points far out. */
function background(tone) {
  return `rgb(${tone.rgb(Math.min(tone.itermin, tone.itermax - 1)).join(" ")})`;
}

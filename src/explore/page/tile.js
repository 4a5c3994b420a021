// The values of a tile, as the server sends them: docs/explore.md has the format.

import { TILE } from "./view.js";

const SMOOTH = 1;
const DISTANCE = 2;

/** Reads a tile's bytes. Its numbers come as planes: all first bytes, then all second ones, and so on. */
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const header = new DataView(buffer);
  if (bytes.length < 20 || String.fromCharCode(...bytes.subarray(0, 4)) !== "JST1") {
    throw new Error("the answer is no tile");
  }
  const word = (index) => header.getUint32(4 * index, true);
  const [flags, itermax, side, tierCount] = [1, 2, 3, 4].map(word);
  const tiers = Array.from({ length: tierCount }, (_, tier) => word(5 + tier));
  const points = side * side;
  let at = 4 * (5 + tierCount);
  const planes = (size) => {
    const numbers = new Uint8Array(size * points);
    for (let plane = 0; plane < size; plane += 1) {
      const from = at + plane * points;
      for (let k = 0; k < points; k += 1) numbers[k * size + plane] = bytes[from + k];
    }
    at += size * points;
    return numbers.buffer;
  };
  const expected = at + points * (4 + (flags & SMOOTH ? 8 : 0) + (flags & DISTANCE ? 8 : 0));
  if (side !== TILE || bytes.length !== expected) throw new Error("the answer is a part of a tile");
  return {
    itermax,
    tiers,
    counts: new Uint32Array(planes(4)),
    smooth: flags & SMOOTH ? new Float64Array(planes(8)) : null,
    distances: flags & DISTANCE ? new Float64Array(planes(8)) : null,
  };
}

// The tiles that the page has: found by their name, and the ones not seen for longest given up.

const MOST_BYTES = 384 * 2 ** 20;

/** The name of a tile of one job. */
export const nameOf = (job, level, x, y) => `${job}|${level}|${x.toString(32)}|${y.toString(32)}`;

export class Tiles {
  constructor() {
    this.known = new Map();
    this.bytes = 0;
  }

  /** A tile, if it is here; it now counts as seen. */
  get(name) {
    const tile = this.known.get(name);
    if (tile !== undefined) {
      this.known.delete(name);
      this.known.set(name, tile);
    }
    return tile;
  }

  has(name) {
    return this.known.has(name);
  }

  put(name, values) {
    const size = (array) => (array ? array.byteLength : 0);
    // The values, and a picture of 256 KiB.
    const bytes = size(values.counts) + size(values.smooth) + size(values.distances) + 2 ** 18;
    this.known.set(name, { values, bytes, canvas: null, painted: null, places: null });
    this.bytes += bytes;
    for (const [oldest, tile] of this.known) {
      if (this.bytes <= MOST_BYTES || oldest === name) break;
      this.known.delete(oldest);
      this.bytes -= tile.bytes;
    }
  }
}

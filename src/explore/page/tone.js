// From the values of points to pixels, byte for byte as the program does it (its src/tone/color_mapper.rs).

import { mixed } from "./light.js";
import { positions } from "./mapping.js";

/** A proven smooth value is a whole number of this part of an iteration. */
const PARTS = 4096;
/** The most colours that are kept: 16 MiB. */
const MOST_COLORS = 2 ** 22;
/** The positions that colours are cycled through. */
const CYCLE = 4096;

const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A pixel of ImageData as one number. */
const packed = ([red, green, blue]) =>
  little
    ? (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
    : ((red << 24) | (green << 16) | (blue << 8) | 0xff) >>> 0;

/**
 * What colours a view has: `palette`, `mapping`, `cycles`, `paletteOffset` (in turns), `interior` (a colour or null), `smooth`, `distance` (a
 * width or null), `itermin`, `itermax`, and for the mapping histogram a `histogram` of the view.
 */
export class Tone {
  constructor(options) {
    Object.assign(this, options);
    this.offset = shareOfTurn(this.paletteOffset);
    this.position = positions(options.mapping, options.itermin, options.itermax, options.histogram);
    const parts = this.smooth ? PARTS : 1;
    const entries = this.itermax * parts + 1;
    this.parts = parts;
    // 0 stands for a colour that has not been needed yet: pixels are opaque, and never 0.
    this.table = entries <= MOST_COLORS ? new Uint32Array(entries) : null;
    // Smooth values end below itermax, at a float of 32 bits.
    this.limit = below32(this.itermax);
  }

  /** Red, green and blue of a count or smooth value, 0 … itermax. */
  rgb(value) {
    if (this.interior && value === this.itermax) return this.interior;
    const position = this.position(value);
    if (this.cycles === 1 && this.offset === 0) return this.palette.at(position);
    const turned = position * this.cycles + this.offset;
    return this.palette.at(turned - Math.trunc(turned));
  }

  /** The same as one number. */
  pixel(value) {
    const { table } = this;
    if (table !== null) {
      const part = value * this.parts;
      if (Number.isInteger(part)) return table[part] || (table[part] = packed(this.rgb(value)));
    }
    return packed(this.rgb(value));
  }

  /** Point `k`'s value under this itermax, which may be below that of the tile. */
  value(tile, k) {
    const count = tile.counts[k];
    if (count >= this.itermax) return this.itermax;
    return this.smooth && tile.smooth ? Math.min(tile.smooth[k], this.limit) : count;
  }

  /** Fills `pixels`, a Uint32Array over ImageData, with those of a tile. */
  paint(tile, pixels) {
    const { counts } = tile;
    const { itermax } = this;
    if (this.distance !== null && tile.distances) return this.paintDistances(tile, pixels);
    const { table } = this;
    if (this.smooth && tile.smooth) {
      const { limit, parts } = this;
      const { smooth } = tile;
      const inside = this.pixel(itermax);
      for (let k = 0; k < counts.length; k += 1) {
        if (counts[k] >= itermax) {
          pixels[k] = inside;
          continue;
        }
        const value = smooth[k] < limit ? smooth[k] : limit;
        const part = value * parts;
        const place = part | 0;
        pixels[k] = (table !== null && place === part && table[place]) || this.pixel(value);
      }
      return;
    }
    for (let k = 0; k < counts.length; k += 1) {
      const count = counts[k] < itermax ? counts[k] : itermax;
      pixels[k] = (table !== null && table[count]) || this.pixel(count);
    }
  }

  /** The same with the set drawn over it, so many pixels wide. */
  paintDistances(tile, pixels) {
    const above = this.rgb(this.itermax);
    for (let k = 0; k < pixels.length; k += 1) {
      const value = this.value(tile, k);
      const share = covered(tile.distances[k], this.distance);
      if (share === 0 || value === this.itermax) {
        pixels[k] = this.pixel(value);
      } else {
        pixels[k] = packed(this.rgb(value).map((below, part) => mixed(below, above[part], share)));
      }
    }
  }

  /** The places of a tile's points in a round of `CYCLE` colours, and 65535 for those that do not move. */
  places(tile) {
    const places = new Uint16Array(tile.counts.length);
    for (let k = 0; k < places.length; k += 1) {
      const value = this.value(tile, k);
      if (value === this.itermax) {
        places[k] = 65535;
      } else {
        const turned = this.position(value) * this.cycles;
        places[k] = (turned - Math.trunc(turned)) * CYCLE;
      }
    }
    return places;
  }

  /** The colours of those places, turned by a share of a round; what comes last is that of the interior. */
  round(turn) {
    const colors = new Uint32Array(65536);
    for (let k = 0; k < CYCLE; k += 1) {
      const position = k / CYCLE + turn + this.offset;
      colors[k] = packed(this.palette.at(position - Math.floor(position)));
    }
    colors[65535] = packed(this.rgb(this.itermax));
    return colors;
  }
}

/** A number of turns without the whole ones, from 0 to below 1. */
function shareOfTurn(turns) {
  const rest = turns % 1;
  const share = rest < 0 ? rest + 1 : rest;
  return share < 1 ? share : 0;
}

/** The share of a pixel, so far from the middle of a straight line of this width, that the line covers. */
function covered(distance, width) {
  return Math.min(Math.max((width + 1) / 2 - distance, 0), Math.min(width, 1));
}

/** The largest float of 32 bits below a whole number over 0. */
function below32(whole) {
  const float = Float32Array.of(whole);
  new Uint32Array(float.buffer)[0] -= 1;
  return float[0];
}

// From counts to positions in a palette (the program's src/tone/mapping.rs, histogram.rs).

import { log1p } from "./log1p.js";

const MOST_BINS = 2 ** 20;

/** How many escaped points of a view have each count, or each of some neighbouring counts. */
export class Histogram {
  constructor(itermin, itermax) {
    const range = itermax - itermin;
    this.itermin = itermin;
    this.itermax = itermax;
    this.countsPerBin = Math.ceil(range / MOST_BINS);
    this.bins = new Float64Array(Math.ceil(range / this.countsPerBin));
  }

  bin(count) {
    return Math.trunc((Math.max(count, this.itermin) - this.itermin) / this.countsPerBin);
  }

  add(count) {
    if (count < this.itermax) this.bins[this.bin(count)] += 1;
  }

  /** The share of points up to each bin, moved so that the first bin's is 0. */
  positions() {
    const total = this.bins.reduce((sum, bin) => sum + bin, 0);
    let sum = 0;
    let first = null;
    return this.bins.map((bin) => {
      sum += bin;
      if (first === null && sum > 0) first = sum;
      const below = first ?? 0;
      const all = total - below;
      return all === 0 ? 0 : (sum - Math.min(below, sum)) / all;
    });
  }
}

/** The function from a count or a smooth value, 0 … itermax, to a position in [0, 1]. */
export function positions(mapping, itermin, itermax, histogram) {
  const range = itermax - itermin;
  const above = (value) => Math.max(value, itermin) - itermin;
  if (mapping === "log") {
    const whole = log1p(range);
    return (value) => log1p(above(value)) / whole;
  }
  if (mapping === "sqrt") return (value) => Math.sqrt(above(value) / range);
  if (mapping === "histogram" && histogram) {
    const shares = histogram.positions();
    const at = (count) => (count < itermax ? shares[histogram.bin(count)] : 1);
    return (value) => {
      const count = Math.trunc(value);
      const [low, share] = [at(count), value - count];
      return share === 0 ? low : low + (at(count + 1) - low) * share;
    };
  }
  return (value) => above(value) / range;
}

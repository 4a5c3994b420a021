// What a state asks the server for.

import { exact, parse, toFloat } from "./number.js";

/** The most iterations that tiles are asked for: a few more than the state's, so that it can change a little. */
export function tileItermax(state) {
  const { itermax } = state;
  // Where values are not proven, those of points beside itermax depend on it.
  const size = Math.hypot(...state.c.map((part) => toFloat(parse(part))));
  const threshold = toFloat(parse(state.threshold));
  if (state.distance !== null || threshold < 2 || threshold < size) return itermax;
  let step = 32;
  while (step * 8 < itermax) step *= 2;
  return Math.min(0xffff_ffff, Math.ceil(itermax / step) * step);
}

/** All that tiles depend on beside where they are, as the fields of a request. */
export function tileFields(state) {
  const fields = new URLSearchParams({
    c: state.c.join(","),
    threshold: state.threshold,
    itermax: tileItermax(state),
  });
  if (state.smooth) fields.set("smooth", "1");
  if (state.distance !== null) fields.set("distance", "1");
  return fields.toString();
}

/** A picture's fields: its job and tone, and the view as numbers that nothing is lost of. */
export function pictureFields(state, width, height, size = [width, height]) {
  const { re, im, exponent } = state.view.center(width, height);
  const fields = new URLSearchParams({
    c: state.c.join(","),
    threshold: state.threshold,
    itermin: state.itermin,
    itermax: state.itermax,
    center: `${exact(re, exponent)},${exact(im, exponent)}`,
    width: exact(BigInt(width), -6 - state.view.level),
    size: size.join("x"),
    palette: state.palette,
    mapping: state.mapping,
    cycles: state.cycles,
  });
  if (state.paletteOffset !== 0) fields.set("palette_offset", state.paletteOffset);
  if (state.interior !== null) fields.set("interior", state.interior);
  if (state.smooth) fields.set("smooth", "1");
  if (state.distance !== null) fields.set("distance", state.distance);
  return fields;
}

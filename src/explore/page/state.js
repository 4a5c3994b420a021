// What the page shows and how: everything that its address holds.
//
// c and the threshold are kept as the texts that they were given as, so that no digit is lost on the way to the server.

import { View, levelOf } from "./view.js";
import { parse } from "./number.js";
import { parseColor } from "./palette.js";

const MAPPINGS = ["linear", "log", "sqrt", "histogram"];

/** The state of the job that the server starts with, in a window of so many device pixels. */
export function ofJob(job, columns) {
  const [re, im] = job.center.split(",");
  return {
    c: job.c.split(","),
    threshold: String(job.threshold),
    itermin: Number(job.itermin),
    itermax: Number(job.itermax),
    follow: null,
    palette: job.palette ?? "gray",
    mapping: job.mapping ?? "linear",
    cycles: Number(job.cycles ?? 1),
    paletteOffset: Number(job.palette_offset ?? 0),
    interior: job.interior ?? null,
    smooth: Boolean(job.smooth),
    distance: job.distance == null ? null : Number(job.distance),
    view: View.around(re, im, levelOf(parse(job.width), columns)),
  };
}

/** The state as the part of an address behind `#`. */
export function toAddress(state) {
  const fields = new URLSearchParams();
  fields.set("c", state.c.join(","));
  fields.set("center", state.view.centerText().join(","));
  fields.set("level", state.view.level);
  fields.set("threshold", state.threshold);
  fields.set("itermin", state.itermin);
  fields.set("itermax", state.itermax);
  if (state.follow !== null) fields.set("follow", state.follow);
  fields.set("palette", state.palette);
  fields.set("mapping", state.mapping);
  fields.set("cycles", state.cycles);
  if (state.paletteOffset !== 0) fields.set("palette_offset", state.paletteOffset);
  if (state.interior !== null) fields.set("interior", state.interior);
  if (state.smooth) fields.set("smooth", "1");
  if (state.distance !== null) fields.set("distance", state.distance);
  // Commas and a colour's # may stand in this part of an address as they are.
  return "#" + fields.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%23", "#");
}

/** The state of an address; what it does not have, or not in a way that can be read, is that of `otherwise`. */
export function ofAddress(address, otherwise) {
  const fields = new URLSearchParams(address.replace(/^#/, "").replaceAll("+", "%2B"));
  const state = { ...otherwise, view: otherwise.view.copy() };
  const take = (name, read, key = name) => {
    const text = fields.get(name);
    if (text === null) return;
    try {
      const value = read(text);
      if (value !== undefined) state[key] = value;
    } catch {
      // A part of an address that cannot be read is left out.
    }
  };
  if ([...fields].length === 0) return state;
  take("c", (text) => {
    const parts = text.split(",").map((part) => part.trim());
    return parts.length === 2 && parts.every((part) => parse(part)) ? parts : undefined;
  });
  take("threshold", (text) => (parse(text).above > 0n ? text : undefined));
  take("itermin", (text) => whole(text, 0));
  take("itermax", (text) => whole(text, 1));
  take("palette", (text) => text);
  take("mapping", (text) => (MAPPINGS.includes(text) ? text : undefined));
  take("cycles", positive);
  state.paletteOffset = 0;
  take("palette_offset", finite, "paletteOffset");
  state.interior = null;
  take("interior", (text) => (parseColor(text) ? text : undefined));
  state.distance = null;
  take("distance", positive);
  state.smooth = fields.get("smooth") === "1";
  state.follow = null;
  take("follow", (text) => whole(text, 1));
  if (state.itermin >= state.itermax) state.itermin = 0;
  try {
    const center = fields.get("center")?.split(",") ?? otherwise.view.centerText();
    const level = Number(fields.get("level") ?? otherwise.view.level);
    if (center.length === 2 && Number.isInteger(level)) {
      state.view = View.around(center[0], center[1], level);
    }
  } catch {
    // The same.
  }
  return state;
}

function whole(text, least) {
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= 0xffff_ffff ? value : undefined;
}

function finite(text) {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function positive(text) {
  const value = finite(text);
  return value > 0 ? value : undefined;
}

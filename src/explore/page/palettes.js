// All palettes that the page knows: those of the server, reversed ones, and ones given by their colours.

import { Palette, parseColor } from "./palette.js";

export class Palettes {
  constructor(list) {
    this.list = list;
    this.known = new Map(list.map(({ name, colors }) => [name, new Palette(colors)]));
  }

  /** The palette of a text as the program takes it; null if there is none. */
  find(text) {
    const known = this.known.get(text);
    if (known) return known;
    const palette = this.make(text);
    if (palette) this.known.set(text, palette);
    return palette;
  }

  make(text) {
    if (text.includes(",")) {
      const colors = text.split(",").map((color) => parseColor(color.trim()));
      return colors.every((color) => color !== null) ? new Palette(colors) : null;
    }
    const stem = text.toLowerCase().replace(/_r$/, "");
    const entry = this.list.find(({ name }) => name === stem);
    return entry ? new Palette(entry.colors, text.endsWith("_r")) : null;
  }

  /** The same, or gray. */
  get(text) {
    return this.find(text) ?? this.known.get("gray");
  }
}

/** A palette as a strip: a background of CSS. */
export function strip(palette) {
  const stops = Array.from({ length: 33 }, (_, k) => `rgb(${palette.at(k / 32).join(" ")})`);
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}

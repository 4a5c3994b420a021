// Small pictures for the list of presets: drawn by the page, in floats.

import { parse, toFloat } from "./number.js";

const float = (text) => toFloat(parse(text));

/** Draws the Julia set of a preset into a canvas, in the colours of a palette. */
export function drawPreset(canvas, preset, palette) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { alpha: false });
  const image = context.createImageData(width, height);
  const [cRe, cIm] = preset.c.split(",").map(float);
  const [re, im] = preset.center.split(",").map(float);
  const pitch = float(preset.width) / width;
  const itermax = Math.min(Number(preset.itermax), 120);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let x = re + (column + 0.5 - width / 2) * pitch;
      let y = im - (row + 0.5 - height / 2) * pitch;
      let count = 0;
      for (; count < itermax && x * x + y * y < 4; count += 1) [x, y] = [x * x - y * y + cRe, 2 * x * y + cIm];
      const color = palette.at(Math.sqrt(count / itermax));
      image.data.set([...color, 255], 4 * (row * width + column));
    }
  }
  context.putImageData(image, 0, 0);
}

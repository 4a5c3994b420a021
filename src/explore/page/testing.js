// What tests, and others that drive the page, can read of it: `window.explorer`.

import { command } from "./take.js";
import { toAddress } from "./state.js";

export function expose(explorer) {
  window.explorer = {
    /** Resolves when the picture is whole and at rest; rejects if the server refuses to make it. */
    settled: () => explorer.settled(),
    /** Whether the picture is whole and at rest. */
    get isSettled() {
      return explorer.settledNow === true;
    },
    /** When that was last so, in ms since the page was opened. */
    get settledAt() {
      return explorer.settledAt;
    },
    /** The canvas: `width`, `height`, and red, green, blue of each pixel as one text of base64. */
    pixels() {
      return read(explorer.scene.context, explorer.canvas);
    },
    /** The level, and whether it is at rest. */
    get level() {
      return explorer.view.level;
    },
    /** The address that the state has. */
    address: () => toAddress(explorer.state),
    /** c where the pointer is on the map, or where it was put. */
    get wantedC() {
      return explorer.next ?? explorer.state.c;
    },
    /** The coarse picture that was drawn last while c was dragged: `level`, `column`, `row`, `width`, `height` and `rgb`. */
    preview() {
      const { place, context, canvas } = explorer.preview;
      const { level, column, row } = place;
      return { level, column: String(column), row: String(row), ...read(context, canvas) };
    },
    /** c of the picture that is drawn. */
    get drawnC() {
      return explorer.drawnC;
    },
    /** How many pictures were drawn while c was dragged. */
    get pictures() {
      return explorer.pictures ?? 0;
    },
    /** The command line that makes the picture. */
    command: () => command(explorer),
  };
}

function read(context, { width, height }) {
  const { data } = context.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let k = 0; k < width * height; k += 1) {
    for (let part = 0; part < 3; part += 1) rgb[3 * k + part] = data[4 * k + part];
  }
  let text = "";
  for (let at = 0; at < rgb.length; at += 0x6000) text += btoa(String.fromCharCode(...rgb.subarray(at, at + 0x6000)));
  return { width, height, rgb: text };
}

// The point under the pointer: where it is, its count, and its orbit drawn over the picture.

import { hex } from "./number.js";
import { pointText } from "./view.js";

/** The pointer rests this long, in ms, before its point is asked for. */
const REST = 90;

export class Orbit {
  /** `host` has `state`, `view`, `size` and `busy`; `told(text)` is given what to say of the point. */
  constructor(surface, canvas, host, told) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.host = host;
    this.told = told;
    this.shown = true;
    this.point = null;
    surface.addEventListener("pointermove", (event) => this.at(event));
    surface.addEventListener("pointerleave", () => this.clear());
  }

  at(event) {
    this.clear();
    const { host } = this;
    if (event.buttons !== 0 || event.pointerType === "touch") return;
    const { width, height, ratio } = host.size;
    this.ask(Math.floor(event.clientX * ratio), Math.floor(event.clientY * ratio), width, height);
  }

  /** Asks for the point at a place of the window, in device pixels, once the pointer rests. */
  ask(right, down, width, height) {
    this.timer = setTimeout(async () => {
      const { host } = this;
      if (host.busy) return;
      const { state, view } = host;
      const [column, row] = view.pixel(right, down, width, height);
      const [re, im] = pointText(view.level, column, row);
      const known = host.valueAt(right, down);
      this.told({ re, im, ...known });
      this.controller = new AbortController();
      const fields = new URLSearchParams({
        c: state.c.join(","), threshold: state.threshold, itermax: state.itermax, level: view.level,
        column: hex(column), row: hex(row),
      });
      try {
        const answer = await fetch(`/point?${fields}`, { signal: this.controller.signal });
        if (!answer.ok) return;
        this.point = await answer.json();
        this.view = view.copy();
        this.told({ ...this.point, re, im });
        if (this.shown) this.draw();
      } catch {
        // The pointer has gone on, or the tiles will tell that the server is gone.
      }
    }, REST);
  }

  clear() {
    clearTimeout(this.timer);
    this.controller?.abort();
    if (this.point !== null) {
      this.point = null;
      this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    }
    this.told(null);
  }

  draw() {
    const { canvas, context, view, host } = this;
    const { width, height, ratio } = host.size;
    canvas.width = width;
    canvas.height = height;
    const pitch = 2 ** view.logPitch;
    const [re, im] = view.centerText().map(Number);
    const limit = 1e5;
    const places = this.point.orbit
      .map(([x, y]) => [width / 2 + (x - re) / pitch, height / 2 - (y - im) / pitch])
      .map((place) => place.map((part) => Math.max(-limit, Math.min(limit, part))));
    if (places.length === 0 || !places.flat().every(Number.isFinite)) return;
    // Many steps lie close to each other: they must not cover the picture.
    const share = Math.max(0.3, Math.min(1, 25 / places.length));
    for (const [color, wide] of [[`rgb(0 0 0 / ${55 * share}%)`, 3.5], [`rgb(255 255 255 / ${90 * share}%)`, 1.25]]) {
      context.strokeStyle = color;
      context.lineWidth = wide * ratio;
      context.lineJoin = "round";
      context.beginPath();
      places.forEach(([x, y], k) => (k === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
      context.stroke();
    }
    for (const [k, [x, y]] of places.entries()) {
      context.beginPath();
      context.arc(x, y, (k === 0 ? 4.5 : 1.4 + 1.2 * share) * ratio, 0, 2 * Math.PI);
      context.fillStyle = k === 0 ? "#ffb347" : "#fff";
      context.fill();
      context.lineWidth = ratio;
      context.strokeStyle = "rgb(0 0 0 / 70%)";
      context.stroke();
    }
  }
}

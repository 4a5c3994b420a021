// The map of c: a small Mandelbrot set, drawn in floats, a few rows at a time so that nothing has to wait.

const STEPS = 300;
/** The longest time, in ms, that rows are drawn for before the page has its turn. */
const SLICE = 6;

export class Mandelbrot {
  /** `chosen(c, done)` is told where c was put; `done` when the pointer is let go. The map is drawn after `ready`. */
  constructor(canvas, chosen, ready) {
    this.ready = ready;
    this.canvas = canvas;
    this.chosen = chosen;
    this.context = canvas.getContext("2d", { alpha: false });
    this.picture = document.createElement("canvas");
    this.c = [0, 0];
    this.home();
    const on = (name, act, options) => canvas.addEventListener(name, act.bind(this), options);
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.up);
    on("wheel", this.wheel, { passive: false });
    on("dblclick", () => {
      this.home();
      this.draw();
    });
    on("keydown", this.key);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.draw());
  }

  home() {
    this.middle = [-0.65, 0];
    this.width = 3.3;
  }

  resize() {
    const ratio = devicePixelRatio;
    const [width, height] = [this.canvas.clientWidth * ratio, this.canvas.clientHeight * ratio].map(Math.round);
    if (width === 0 || (width === this.canvas.width && height === this.canvas.height)) return;
    this.canvas.width = this.picture.width = width;
    this.canvas.height = this.picture.height = height;
    this.draw();
  }

  /** Shows another c. */
  show(c) {
    this.c = c;
    this.mark();
  }

  get pitch() {
    return this.width / this.canvas.width;
  }

  /** The point of the plane at a place in CSS pixels. */
  pointAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * this.canvas.width - this.canvas.width / 2;
    const down = ((event.clientY - box.top) / box.height) * this.canvas.height - this.canvas.height / 2;
    return [this.middle[0] + across * this.pitch, this.middle[1] - down * this.pitch];
  }

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.held = true;
    this.choose(this.pointAt(event), false);
  }

  move(event) {
    if (this.held) this.choose(this.pointAt(event), false);
  }

  up() {
    if (!this.held) return;
    this.held = false;
    this.chosen(this.c, true);
  }

  wheel(event) {
    event.preventDefault();
    const before = this.pointAt(event);
    const lines = event.deltaMode === 1 ? 40 : 1;
    this.width = Math.min(4, Math.max(1e-11, this.width * 2 ** ((event.deltaY * lines) / 250)));
    const after = this.pointAt(event);
    this.middle = this.middle.map((part, axis) => part + before[axis] - after[axis]);
    this.draw();
  }

  key(event) {
    const fine = this.pitch * (event.shiftKey ? 0.1 : 1) * devicePixelRatio;
    const [right, up] = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
    }[event.key] ?? [0, 0];
    if (right !== 0 || up !== 0) {
      event.preventDefault();
      event.stopPropagation();
      this.choose([this.c[0] + right * fine, this.c[1] + up * fine], true);
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      event.stopPropagation();
      this.middle = [...this.c];
      this.width = Math.min(4, Math.max(1e-11, this.width * (event.key === "-" ? 2 : 0.5)));
      this.draw();
    }
  }

  /** Takes over a c, rounded to what can be told apart on the map. */
  choose(c, done) {
    const digits = Math.min(17, Math.max(3, 2 - Math.floor(Math.log10(this.pitch))));
    this.c = c.map((part) => Number(part.toFixed(digits)));
    this.mark();
    this.chosen(this.c, done);
  }

  /** Draws the set, from the middle row outward; a later call ends an earlier one. */
  async draw() {
    const { width, height } = this.picture;
    if (width === 0) return;
    const run = (this.run = {});
    await this.ready;
    if (this.run !== run) return;
    const context = this.picture.getContext("2d", { alpha: false });
    const image = new ImageData(width, 1);
    const { pitch } = this;
    const colors = shades(this.dark.matches);
    let since = performance.now();
    for (let row = 0; row < height; row += 1) {
      const im = this.middle[1] - (row - height / 2) * pitch;
      for (let column = 0; column < width; column += 1) {
        const color = colors[steps(this.middle[0] + (column - width / 2) * pitch, im)];
        image.data.set(color, 4 * column);
      }
      context.putImageData(image, 0, row);
      if (performance.now() - since > SLICE) {
        this.mark();
        await new Promise((resolve) => setTimeout(resolve));
        if (this.run !== run) return;
        since = performance.now();
      }
    }
    this.mark();
  }

  /** Draws the picture and c's place in it. */
  mark() {
    const { context, canvas, pitch } = this;
    if (canvas.width === 0) return;
    const ratio = devicePixelRatio;
    context.drawImage(this.picture, 0, 0);
    const x = canvas.width / 2 + (this.c[0] - this.middle[0]) / pitch;
    const y = canvas.height / 2 - (this.c[1] - this.middle[1]) / pitch;
    for (const [color, wide] of [["rgb(0 0 0 / 65%)", 4], ["#fff", 1.75]]) {
      context.strokeStyle = color;
      context.lineWidth = wide * ratio;
      context.beginPath();
      context.arc(x, y, 5.5 * ratio, 0, 2 * Math.PI);
      for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + right * 5.5 * ratio, y + down * 5.5 * ratio);
        context.lineTo(x + right * 11 * ratio, y + down * 11 * ratio);
      }
      context.stroke();
    }
  }
}

/** How many steps 0 stays bounded under z² + c, up to `STEPS`. */
function steps(re, im) {
  // The two largest parts of the set are known.
  const q = (re - 0.25) ** 2 + im * im;
  if (q * (q + (re - 0.25)) <= 0.25 * im * im || (re + 1) ** 2 + im * im <= 0.0625) return STEPS;
  let [x, y] = [0, 0];
  for (let step = 0; step < STEPS; step += 1) {
    const [xx, yy] = [x * x, y * y];
    if (xx + yy > 4) return step;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return STEPS;
}

/** The colours of the map, quiet ones: what is to be looked at is the Julia set. */
function shades(dark) {
  const [far, near, inside] = dark
    ? [[24, 27, 36], [232, 190, 120], [8, 9, 13]]
    : [[238, 240, 245], [196, 120, 40], [34, 38, 50]];
  return Array.from({ length: STEPS + 1 }, (_, count) => {
    if (count === STEPS) return [...inside, 255];
    const share = Math.min(1, (Math.log1p(count) / Math.log1p(90)) ** 2.2);
    return [...far.map((part, k) => Math.round(part + (near[k] - part) * share)), 255];
  });
}

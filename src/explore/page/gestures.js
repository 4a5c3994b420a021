// Moves the view by pointer, wheel, touch and keys. Places are in device pixels from the window's middle.

/** How much of a level one notch of a wheel is. */
const NOTCH = 0.5;
/** The time, in ms, in which a movement has come most of the way. */
const TIME = 55;
/** After this long without a turn of the wheel the view goes on to a whole level. */
const REST = 130;

export class Gestures {
  /** `host` has `view`, `size` (device pixels of the window), `moved()`, `rested()` and `limits` of levels. */
  constructor(surface, host) {
    this.surface = surface;
    this.host = host;
    this.pointers = new Map();
    /** What the view is still to be zoomed by, and about which point. */
    this.left = 0;
    this.anchor = [0, 0];
    this.wheeled = 0;
    this.direction = 1;
    this.pinched = false;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    const on = (name, act, options) => surface.addEventListener(name, act.bind(this), options);
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.up);
    on("wheel", this.wheel, { passive: false });
    on("dblclick", this.double);
    on("keydown", this.key);
  }

  /** Whether the view is moving, or will be. */
  get busy() {
    return this.left !== 0 || this.wheeled !== 0 || this.pinched || !this.host.view.atRest;
  }

  /** Where the view will come to rest. */
  get destination() {
    const view = this.host.view.copy();
    if (this.left !== 0) view.zoomAt(this.left, ...this.anchor);
    if (!view.atRest) {
      const rest = roundToward(view.zoom, this.direction) - view.zoom;
      if (rest !== 0) view.zoomAt(rest, ...this.anchor);
      view.settle();
    }
    return view;
  }

  place(event) {
    const { width, height, ratio } = this.host.size;
    const box = this.surface.getBoundingClientRect();
    return [(event.clientX - box.left) * ratio - width / 2, (event.clientY - box.top) * ratio - height / 2];
  }

  down(event) {
    if (event.button > 0) return;
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { at: this.place(event), rest: [0, 0] });
    this.stop();
  }

  move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (!pointer) return;
    const at = this.place(event);
    if (this.pointers.size === 1) {
      // Whole pixels, so that the view is at rest wherever it is let go.
      const moved = [0, 1].map((axis) => at[axis] - pointer.at[axis] + pointer.rest[axis]);
      const whole = moved.map(Math.round);
      pointer.rest = [moved[0] - whole[0], moved[1] - whole[1]];
      pointer.at = at;
      if (whole[0] !== 0 || whole[1] !== 0) {
        this.dragged = true;
        this.surface.classList.add("dragging");
        this.host.view.pan(...whole);
        this.host.moved();
      }
    } else {
      const others = [...this.pointers.values()].filter((other) => other !== pointer);
      const other = others[0].at;
      const apart = (a, b) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
      const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const [was, is] = [middle(pointer.at, other), middle(at, other)];
      const by = Math.log2(apart(at, other) / apart(pointer.at, other));
      this.host.view.pan(is[0] - was[0], is[1] - was[1]);
      this.zoomNow(by, is);
      if (by !== 0) this.direction = Math.sign(by);
      this.anchor = is;
      pointer.at = at;
      this.pinched = true;
      this.dragged = true;
      this.host.moved();
    }
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.pointers.size > 0) return;
    this.surface.classList.remove("dragging");
    if (this.pinched) {
      this.pinched = false;
      this.goOn();
    }
    if (this.dragged) {
      this.dragged = false;
      if (!this.busy) this.host.rested();
    }
  }

  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 40 : event.deltaMode === 2 ? 400 : 1;
    // A trackpad's pinch comes as a wheel with the control key, in small steps.
    const by = (-event.deltaY * lines * (event.ctrlKey ? 8 : 1)) / 100;
    this.zoom(by * NOTCH, this.place(event));
    this.wheeled = performance.now();
  }

  double(event) {
    this.zoom(event.shiftKey || event.altKey ? -1 : 1, this.place(event));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = this.host.size;
    const step = (side) => Math.round(side / (event.shiftKey ? 64 : 8));
    const pan = (right, down) => {
      this.host.view.pan(right, down);
      this.host.moved();
      this.host.rested();
    };
    const act = {
      ArrowLeft: () => pan(step(width), 0),
      ArrowRight: () => pan(-step(width), 0),
      ArrowUp: () => pan(0, step(height)),
      ArrowDown: () => pan(0, -step(height)),
      "+": () => this.zoom(1),
      "=": () => this.zoom(1),
      "-": () => this.zoom(-1),
      PageUp: () => this.zoom(1),
      PageDown: () => this.zoom(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Zooms by so many levels about a point, in a short while. */
  zoom(by, anchor = [0, 0]) {
    const { view, limits } = this.host;
    const now = view.level + view.zoom + this.left;
    const least = Math.max(limits.level_min, Math.min(limits.level_max, now + by));
    const allowed = least - now;
    if (allowed === 0) return;
    this.direction = Math.sign(allowed);
    this.anchor = anchor;
    this.left += allowed;
    this.host.moved();
  }

  zoomNow(by, anchor) {
    const { view, limits } = this.host;
    const now = view.level + view.zoom;
    const next = Math.max(limits.level_min, Math.min(limits.level_max, now + by));
    view.zoomAt(next - now, ...anchor);
  }

  stop() {
    if (this.left !== 0) {
      this.left = 0;
      this.goOn();
    }
  }

  /** From between two levels to one. */
  goOn() {
    const { view } = this.host;
    this.left = roundToward(view.zoom, this.direction) - view.zoom;
    if (this.left === 0) view.settle();
    this.host.moved();
  }

  /** The movement of one frame, `elapsed` ms after the one before; says whether it goes on. */
  step(elapsed) {
    const { view } = this.host;
    if (this.pinched) return true;
    if (this.left !== 0) {
      const all = this.calm.matches || Math.abs(this.left) < 0.004;
      const by = all ? this.left : this.left * (1 - Math.exp(-Math.min(elapsed, 50) / TIME));
      view.zoomAt(by, ...this.anchor);
      this.left = all ? 0 : this.left - by;
    }
    if (this.left !== 0 || (this.wheeled !== 0 && performance.now() - this.wheeled < REST)) return true;
    this.wheeled = 0;
    const rest = roundToward(view.zoom, this.direction) - view.zoom;
    if (Math.abs(rest) > 1e-9) {
      this.left = rest;
      return true;
    }
    view.settle();
    return false;
  }
}

/** The whole number that a zoom goes on to: further in its direction, unless it has hardly left the last one. */
function roundToward(zoom, direction) {
  if (Math.abs(zoom - Math.round(zoom)) < 1e-9) return Math.round(zoom);
  return direction > 0 ? Math.ceil(zoom - 0.2) : Math.floor(zoom + 0.2);
}

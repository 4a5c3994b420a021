// The heart of the page: the state, what is drawn of it frame by frame, and which tiles are asked for.

import { coarse, covering } from "./grid.js";
import { tileFields } from "./job.js";
import { Gestures } from "./gestures.js";
import { Histogram } from "./mapping.js";
import { floor, hex } from "./number.js";
import { Loader } from "./loader.js";
import { Scene } from "./scene.js";
import { Tiles, nameOf } from "./tiles.js";
import { TILE } from "./view.js";
import { Tone } from "./tone.js";
import { parseColor } from "./palette.js";

/** Tiles so many levels above the view's own come first ... */
const COARSE = 3;
/** ... if without them the view may take longer than this, in ms. */
const SOON = 400;
/** Seconds that a round of cycled colours takes. */
const ROUND = 12;
/** The most points of a picture while c is dragged. */
const MOST_COARSE = 2 ** 19;

export class Explorer extends EventTarget {
  /**
   * `palettes` makes palettes of texts, `limits` are the server's. Events: `change` (the state is another), `rest` (the view
   * has come to rest), `progress` (share of tiles that are here), `problem` (text, or null if it is over).
   */
  constructor(canvas, state, palettes, limits) {
    super();
    this.canvas = canvas;
    this.state = state;
    this.palettes = palettes;
    this.limits = limits;
    this.tiles = new Tiles();
    this.scene = new Scene(canvas, this.tiles);
    this.loader = new Loader({
      arrived: (wish, values) => {
        if (wish.place) this.preview = { ...this.preview, ...wish, values, painted: null, placesOf: null };
        else this.tiles.put(wish.name, values);
        this.dirty();
      },
      failed: (text) => {
        this.tell("problem", text);
        this.dirty();
      },
    });
    this.gestures = new Gestures(canvas, this);
    this.waiting = [];
    /** While c is dragged: how many levels above the view's own its pictures are, and the last one that is here. */
    this.fast = false;
    this.up = 2;
    this.preview = null;
    this.next = null;
    this.cycling = false;
    this.turn = 0;
    this.histogram = null;
    this.last = performance.now();
    this.measure();
    new ResizeObserver(() => this.measure()).observe(canvas);
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => this.measure());
  }

  get view() {
    return this.state.view;
  }

  get busy() {
    return this.gestures.busy || this.fast;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  measure() {
    const ratio = devicePixelRatio;
    const width = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(this.canvas.clientHeight * ratio));
    this.size = { width, height, ratio };
    this.scene.resize(width, height);
    this.refresh();
  }

  /** Changes a part of the state. */
  change(part) {
    Object.assign(this.state, part);
    this.loader.forget();
    this.refresh();
    this.tell("problem", null);
    this.tell("change");
  }

  /** Moves c while a pointer is held on the map: coarse pictures, one after the other, each to its end. */
  drag(c, done) {
    this.next = done ? null : c;
    if (done) {
      if (this.fast) this.scene.keep();
      this.fast = false;
      this.change({ c });
      this.tell("rest");
    } else if (!this.fast || this.caughtUp) {
      this.fast = true;
      this.takeNext();
    }
  }

  takeNext() {
    const c = this.next;
    this.next = null;
    this.caughtUp = false;
    this.asked = performance.now();
    if (c !== null) this.change({ c });
  }

  // What gestures tell.
  moved() {
    this.refresh();
    this.tell("change");
  }

  rested() {
    this.refresh();
    this.tell("change");
    this.tell("rest");
  }

  /** What is missing is asked for at once, not only when the next frame has its turn. */
  refresh() {
    this.wish(tileFields(this.state));
    this.dirty();
  }

  /** Everything is to be drawn again at the next frame. */
  dirty() {
    this.settledNow = false;
    if (this.frameAsked) return;
    this.frameAsked = true;
    requestAnimationFrame((now) => {
      this.frameAsked = false;
      this.frame(now);
    });
  }

  frame(now) {
    const elapsed = now - this.last;
    this.last = now;
    const { gestures, loader, state } = this;
    let moving = gestures.busy;
    if (moving) {
      moving = gestures.step(Math.max(1, elapsed));
      if (moving) this.tell("change");
      else this.rested();
    }
    this.turnColors(elapsed);
    this.tone = this.currentTone();
    const job = tileFields(state);
    const drawn = this.draw(job);
    this.wish(job);
    if (moving) this.dirty();
    if (this.fast) {
      if (drawn.coarse) this.fastDone();
      return;
    }
    if (drawn.complete && !moving && !this.adjust(job)) {
      this.scene.keep();
      if (!this.cycling) this.settle(null);
    } else if (!moving && loader.idle && loader.refused.size > 0) {
      this.settle([...loader.refused.values()][0]);
    }
    if (this.cycling) this.dirty();
  }

  /** Draws what there is; a picture of another job stays until the new one is there at least coarsely. */
  draw(job) {
    const { scene, view, size, state } = this;
    if (this.fast) return this.drawPreview(job);
    const up = COARSE;
    const ready = (level) =>
      covering(view, size.width, size.height, level).every((tile) =>
        this.tiles.has(nameOf(job, tile.level, tile.x, tile.y)),
      );
    if (this.drawnJob !== undefined && this.drawnJob !== job && !ready(up) && !ready(0)) {
      if (!scene.drawn.equals(view)) {
        if (!this.kept) scene.keep();
        this.kept = true;
        scene.drawMoved(view, this.tone);
      }
      return { complete: false, coarse: false };
    }
    if (this.drawnJob !== job && scene.drawn) scene.keep();
    this.kept = false;
    this.drawnJob = job;
    this.drawnC = state.c;
    return scene.draw(view, job, this.tone, up);
  }

  /** The coarse picture of this c, as soon as it is here; until then the one before stays. */
  drawPreview(job) {
    const { preview, scene, view, state } = this;
    const isHere = preview !== null && preview.name === this.wishedPreview(job).name;
    if (isHere) {
      scene.drawPreview(view, preview, this.tone);
      this.drawnJob = job;
      this.drawnC = state.c;
    }
    return { complete: false, coarse: isHere };
  }

  /** What is asked for while c is dragged: points of a coarser level, no more than cover the window. */
  wishedPreview(job) {
    const { width, height } = this.size;
    let { up } = this;
    while ((width * height) / 4 ** up > MOST_COARSE) up += 1;
    const place = coarse(this.view, width, height, up);
    const { level, column, row, columns, rows } = place;
    const address =
      `/rectangle?${job}&level=${level}&column=${hex(column)}&row=${hex(row)}&size=${columns}x${rows}`;
    return { name: address, address, place };
  }

  /** A coarse picture is drawn: the next c has its turn. */
  fastDone() {
    const took = performance.now() - this.asked;
    if (this.caughtUp) return;
    this.pictures = (this.pictures ?? 0) + 1;
    // Coarser if that takes longer than a picture may, finer if there is time.
    if (took > 45 && this.up < 4) this.up += 1;
    else if (took < 15 && this.up > 1) this.up -= 1;
    if (this.next === null) this.caughtUp = true;
    else this.takeNext();
  }

  /** Asks for what is missing where the view will come to rest. */
  wish(job) {
    if (this.fast) {
      const wished = this.wishedPreview(job);
      this.loader.want(this.preview?.name === wished.name ? [] : [wished]);
      this.tell("progress", 1);
      return;
    }
    const { size, gestures, limits } = this;
    const view = gestures.destination;
    const missing = (up) =>
      view.level - up < limits.level_min
        ? []
        : covering(view, size.width, size.height, up).filter(
            (tile) => !this.tiles.has(nameOf(job, tile.level, tile.x, tile.y)),
          );
    const own = missing(0);
    let above = [];
    // Decided once for a view: to change that on the way would waste what is on its way.
    const aim = `${job}|${view.level}|${view.x}|${view.y}`;
    if (this.aim !== aim) {
      this.aim = aim;
      this.coarseFirst = this.loader.expected(own.length) > SOON;
    }
    if (this.coarseFirst && own.some((tile) => !this.hasAbove(tile, job))) above = missing(COARSE);
    // The server works on what is asked for last, so that the others wait for the coarse ones here.
    const wishes = (above.length > 0 ? above : own).map((tile) => ({
      name: nameOf(job, tile.level, tile.x, tile.y),
      address: `/tile?${job}&level=${tile.level}&x=${hex(tile.x)}&y=${hex(tile.y)}`,
    }));
    this.loader.want(wishes);
    const all = covering(view, size.width, size.height).length;
    this.tell("progress", 1 - own.length / all);
  }

  hasAbove(tile, job) {
    for (let up = 1; up <= COARSE; up += 1) {
      const shift = BigInt(up);
      if (this.tiles.has(nameOf(job, tile.level - up, tile.x >> shift, tile.y >> shift))) return true;
    }
    return false;
  }

  /** The tone of the state; the same one as long as nothing of it changes. */
  currentTone() {
    const { state } = this;
    const fields = {
      palette: state.palette, mapping: state.mapping, cycles: state.cycles,
      paletteOffset: state.paletteOffset, interior: state.interior, smooth: state.smooth, distance: state.distance, itermin: state.itermin, itermax: state.itermax,
    };
    const key = JSON.stringify(fields);
    const histogram = state.mapping === "histogram" ? this.histogram : null;
    if (this.toneKey === key && this.tone.histogram === histogram) return this.tone;
    this.toneKey = key;
    return new Tone({
      ...fields,
      palette: this.palettes.get(state.palette),
      interior: state.interior === null ? null : parseColor(state.interior),
      histogram: histogram && histogram.itermin === state.itermin && histogram.itermax === state.itermax ? histogram : null,
    });
  }

  /** Calls `each` with every tile of the window and the rectangle of its points that is seen. */
  seen(job, each) {
    const { width, height } = this.size;
    for (const tile of covering(this.view, width, height)) {
      const { values } = this.tiles.get(nameOf(job, tile.level, tile.x, tile.y));
      const [left, top] = [Math.round(tile.left), Math.round(tile.top)];
      each(values, Math.max(0, -left), Math.min(TILE, width - left), Math.max(0, -top), Math.min(TILE, height - top));
    }
  }

  /** At rest: what the colours or iterations follow from the picture. Says whether anything has changed. */
  adjust(job) {
    const { state, view } = this;
    const at = `${job}|${view.level}|${view.x}|${view.y}|${this.size.width}x${this.size.height}`;
    if (state.follow !== null && this.followed !== at) {
      this.followed = at;
      if (this.follow(job)) return true;
    }
    const forHistogram = `${at}|${state.itermin}|${state.itermax}`;
    if (state.mapping === "histogram" && this.counted !== forHistogram) {
      this.counted = forHistogram;
      const histogram = new Histogram(state.itermin, state.itermax);
      this.seen(job, ({ counts }, left, right, top, bottom) => {
        for (let row = top; row < bottom; row += 1) {
          for (let k = row * TILE + left; k < row * TILE + right; k += 1) histogram.add(counts[k]);
        }
      });
      this.histogram = histogram;
      this.dirty();
      return true;
    }
    return false;
  }

  /** Moves itermin to the least count that is seen, and itermax as far above it as the state says. */
  follow(job) {
    const { state, view, limits } = this;
    const range = state.follow;
    let least = Infinity;
    this.seen(job, ({ counts, itermax }, left, right, top, bottom) => {
      for (let row = top; row < bottom; row += 1) {
        for (let k = row * TILE + left; k < row * TILE + right; k += 1) {
          if (counts[k] < least && counts[k] < itermax) least = counts[k];
        }
      }
    });
    const { itermin, itermax } = state;
    if (least === Infinity) {
      const most = Math.min(limits.itermax, range + 100 * Math.max(8, view.level + 8));
      if (itermax >= most) return false;
      this.change({ itermax: Math.min(most, 2 * itermax) });
      return true;
    }
    if (itermax - itermin === range && Math.abs(least - itermin) <= range / 8) return false;
    this.change({ itermin: least, itermax: least + range });
    return true;
  }

  /** Count and smooth value at a place of the window, in device pixels, if its tile is here. */
  valueAt(right, down) {
    const { state, view, size } = this;
    const [column, row] = view.pixel(right, down, size.width, size.height);
    const side = BigInt(TILE);
    const [x, y] = [floor(column, side), floor(row, side)];
    const tile = this.tiles.get(nameOf(tileFields(state), view.level, x, y));
    if (!tile) return null;
    const k = Number(row - y * side) * TILE + Number(column - x * side);
    const { counts, smooth } = tile.values;
    return { count: Math.min(counts[k], state.itermax), smooth: smooth && counts[k] < state.itermax ? smooth[k] : null };
  }

  turnColors(elapsed) {
    const { scene } = this;
    if (!this.cycling) {
      scene.turn = null;
      return;
    }
    this.turn = (this.turn + Math.min(elapsed, 100) / 1000 / ROUND) % 1;
    if (this.tone) scene.turn = this.tone.round(this.turn);
  }

  cycle(on) {
    this.cycling = on;
    this.dirty();
  }

  settle(problem) {
    if (!this.settledNow) this.settledAt = performance.now();
    this.settledNow = true;
    this.problem = problem;
    for (const { resolve, reject } of this.waiting.splice(0)) {
      if (problem === null) resolve();
      else reject(new Error(problem));
    }
    this.tell("settled");
  }

  /** Resolves when the picture is whole and at rest; rejects if the server refuses to make it. */
  settled() {
    if (this.settledNow) return this.problem === null ? Promise.resolve() : Promise.reject(new Error(this.problem));
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }
}

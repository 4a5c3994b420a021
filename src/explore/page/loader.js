// Requests for tiles: in the order of what is wanted now; what is no longer wanted is cancelled.

import { decode } from "./tile.js";

/** More than a browser has connections to a server, so that the next request does not have to wait for the page. */
const AT_ONCE = 24;
const LONGEST_PAUSE = 2000;

export class Loader {
  /** `arrived(wish, values)` and `failed(text)` are told what happens; `failed(null)`: it goes on again. */
  constructor({ arrived, failed }) {
    this.arrived = arrived;
    this.failed = failed;
    this.wishes = [];
    this.running = new Map();
    this.refused = new Map();
    this.pause = 0;
    this.timer = null;
    this.down = false;
    /** How long tiles take to come, in ms: a mean of the last ones. */
    this.pace = 0;
  }

  /** How long so many tiles may take to come, in ms. */
  expected(tiles) {
    return (this.pace * tiles) / AT_ONCE;
  }

  /** What is wanted from now on, the most urgent first: each a `name` and the `address` of a tile. */
  want(wishes) {
    this.wishes = wishes;
    const names = new Set(wishes.map((wish) => wish.name));
    for (const [name, controller] of this.running) {
      if (!names.has(name)) {
        controller.abort();
        this.running.delete(name);
      }
    }
    this.start();
  }

  /** What the server said of a tile that it will not make, if all is refused that is still wanted. */
  get idle() {
    return this.running.size === 0 && this.wishes.every((wish) => this.refused.has(wish.name));
  }

  start() {
    if (this.timer !== null) return;
    for (const wish of this.wishes) {
      // One request finds out whether the server is back.
      if (this.running.size >= (this.down ? 1 : AT_ONCE)) break;
      if (!this.running.has(wish.name) && !this.refused.has(wish.name)) this.load(wish);
    }
  }

  async load(wish) {
    const controller = new AbortController();
    this.running.set(wish.name, controller);
    const asked = performance.now();
    const mine = () => this.running.get(wish.name) === controller;
    try {
      const answer = await fetch(wish.address, { signal: controller.signal });
      if (answer.status === 503) throw new Busy();
      if (!answer.ok) {
        const text = (await answer.text()).trim() || `error ${answer.status}`;
        if (!mine()) return;
        this.refused.set(wish.name, text);
        this.failed(text);
      } else {
        const values = decode(await answer.arrayBuffer());
        if (!mine()) return;
        this.wishes = this.wishes.filter(({ name }) => name !== wish.name);
        this.running.delete(wish.name);
        this.isBack();
        this.pace += (performance.now() - asked - this.pace) * 0.2;
        this.arrived(wish, values);
      }
      this.running.delete(wish.name);
    } catch (error) {
      if (!mine()) return;
      this.running.delete(wish.name);
      if (!(error instanceof Busy) && !this.down) {
        this.down = true;
        this.failed("The server does not answer. The page goes on as soon as it does.");
      }
      this.wait();
      return;
    }
    this.start();
  }

  isBack() {
    this.pause = 0;
    if (this.down) {
      this.down = false;
      this.failed(null);
    }
  }

  /** Tries again after a while, each time a longer one. */
  wait() {
    if (this.timer !== null) return;
    this.pause = Math.min(LONGEST_PAUSE, this.pause * 2 || 100);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.start();
    }, this.pause);
  }

  /** Forgets what was refused: the state has changed. */
  forget() {
    this.refused.clear();
  }
}

class Busy extends Error {}

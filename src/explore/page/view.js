// What the window shows: a level of the lattice, and the point in the middle, exactly.
//
// Level n has the pitch 2^(-6-n). Columns count from -2 to the right, rows from 2i downward, so that tile
// (n, x, y) has the columns 256x … 256x + 255. The middle is a whole number of half pitches (`x`, `y`), as many
// bits as it takes, with what is left of it in floats while a hand moves it: `dx`, `dy` in half pitches, and
// `zoom` in powers of two. At rest these three are 0, and every device pixel is one sample point.

import { binary, decimal, floor, log2, nearest, parse } from "./number.js";

export const TILE = 256;

/** The exponent of a level's half pitch. */
const halfPitch = (level) => -7 - level;

/** How many half pitches of `level` are in 2, the distance of the lattice's corner from 0; as a fraction. */
const two = (level) => binary(1n, 1 - halfPitch(level));

export class View {
  constructor(level, x, y) {
    this.level = level;
    this.x = x;
    this.y = y;
    this.dx = 0;
    this.dy = 0;
    this.zoom = 0;
    /** The center that was asked for, while it is still the one in the middle: text and fractions. */
    this.goal = null;
  }

  /** The view of `level` around the numbers `re` and `im`, as texts. */
  static around(re, im, level) {
    const view = new View(level, 0n, 0n);
    view.goal = { text: [re.trim(), im.trim()], re: parse(re), im: parse(im) };
    view.toGoal();
    return view;
  }

  copy() {
    return Object.assign(new View(this.level, this.x, this.y), this);
  }

  /** Puts the middle where the goal is, to within half of half a pitch. */
  toGoal() {
    const { re, im } = this.goal;
    const corner = two(this.level);
    const scale = (part, sign) => {
      // (2 ± part) / half pitch
      const unit = binary(1n, -halfPitch(this.level));
      const above = corner.above * part.below * unit.below + sign * part.above * unit.above * corner.below;
      return nearest(above, corner.below * part.below * unit.below);
    };
    this.x = scale(re, 1n);
    this.y = scale(im, -1n);
    this.dx = 0;
    this.dy = 0;
  }

  /** How many device pixels there are to a pitch. */
  get scale() {
    return 2 ** this.zoom;
  }

  /** log₂ of the distance between two pixels. */
  get logPitch() {
    return -6 - this.level - this.zoom;
  }

  /** Moves what is shown by so many device pixels. */
  pan(right, down) {
    if (right === 0 && down === 0) return;
    this.goal = null;
    this.dx -= (2 * right) / this.scale;
    this.dy -= (2 * down) / this.scale;
    this.carry();
  }

  /** Enlarges by 2^`by` about the point so many device pixels from the middle, which stays in its place. */
  zoomAt(by, right, down) {
    const before = this.scale;
    this.zoom += by;
    if (right !== 0 || down !== 0) {
      this.goal = null;
      const stays = 2 * (1 / before - 1 / this.scale);
      this.dx += right * stays;
      this.dy += down * stays;
    }
    while (this.zoom >= 0.5) this.deeper();
    while (this.zoom < -0.5) this.higher();
    if (this.goal) this.toGoal();
    this.carry();
  }

  deeper() {
    this.zoom -= 1;
    this.level += 1;
    this.x *= 2n;
    this.y *= 2n;
    this.dx *= 2;
    this.dy *= 2;
    this.carry();
  }

  higher() {
    this.zoom += 1;
    this.level -= 1;
    this.dx = (this.dx + Number(this.x & 1n)) / 2;
    this.dy = (this.dy + Number(this.y & 1n)) / 2;
    this.x >>= 1n;
    this.y >>= 1n;
  }

  /** Whole half pitches go from the floats to the BigInt. */
  carry() {
    const [x, y] = [Math.round(this.dx), Math.round(this.dy)];
    this.x += BigInt(x);
    this.y += BigInt(y);
    this.dx -= x;
    this.dy -= y;
  }

  /** Comes to rest: on the nearest level and the nearest point of the lattice. */
  settle() {
    this.zoom = 0;
    this.carry();
    this.dx = 0;
    this.dy = 0;
    if (this.goal) this.toGoal();
  }

  get atRest() {
    return this.zoom === 0 && this.dx === 0 && this.dy === 0;
  }

  /** The column and row of the pixel in the upper left corner of a window, in the level's own pixels. */
  corner(width, height) {
    return [floor(this.x - BigInt(width), 2n), floor(this.y - BigInt(height), 2n)];
  }

  /** The column and row of the sample point whose pixel is `(right, down)` device pixels from the corner. */
  pixel(right, down, width, height) {
    const index = (middle, rest, place, side) =>
      floor(middle + BigInt(Math.floor(rest + (2 * place - side) / this.scale)), 2n);
    return [
      index(this.x, this.dx, right, width),
      index(this.y, this.dy, down, height),
    ];
  }

  /** The middle of a window as a picture has it: whole numbers of half pitches from 0, and their exponent. */
  center(width, height) {
    const [column, row] = this.corner(width, height);
    const exponent = halfPitch(this.level);
    const corner = nearest(two(this.level).above, two(this.level).below);
    return {
      re: 2n * column + BigInt(width) - corner,
      im: corner - (2n * row + BigInt(height)),
      exponent,
    };
  }

  /** The center in decimal digits: those of the goal, or as many as tell it from its neighbours. */
  centerText() {
    if (this.goal) return this.goal.text;
    const exponent = halfPitch(this.level);
    const corner = nearest(two(this.level).above, two(this.level).below);
    const digits = digitsOf(this.level);
    return [this.x - corner, corner - this.y].map((whole) => decimal(binary(whole, exponent), digits));
  }

  equals(other) {
    return (
      this.level === other.level && this.x === other.x && this.y === other.y && this.zoom === other.zoom &&
      this.dx === other.dx && this.dy === other.dy
    );
  }
}

/** Digits behind the decimal point after which the half pitches of a level differ. */
export function digitsOf(level) {
  return Math.max(2, Math.ceil(Math.max(0, 7 + level) * Math.LOG10E * Math.LN2) + 1);
}

/** The real and imaginary part of a lattice point, in decimal digits. */
export function pointText(level, column, row) {
  const corner = binary(1n, level + 7);
  const digits = digitsOf(level);
  const part = (index, sign) => {
    const whole = sign * (index * corner.below - corner.above);
    const unit = binary(whole, -6 - level);
    return decimal({ above: unit.above, below: unit.below * corner.below }, digits);
  };
  return [part(column, 1n), part(row, -1n)];
}

/** The deepest level of `columns` device pixels that shows this width whole, or nearly. */
export function levelOf(width, columns) {
  return Math.floor(Math.log2(columns) - log2(width) - 6 + 0.2);
}

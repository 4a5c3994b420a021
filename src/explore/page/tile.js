// The values of a tile or rectangle, as the server sends them: docs/explore.md has the format.

const SMOOTH = 1;
const DISTANCE = 2;

/** Reads the bytes of an answer. */
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const header = new DataView(buffer);
  if (bytes.length < 24 || String.fromCharCode(...bytes.subarray(0, 4)) !== "JST1") {
    throw new Error("the answer is no tile");
  }
  const word = (index) => header.getUint32(4 * index, true);
  const [flags, itermax, columns, rows, tierCount] = [1, 2, 3, 4, 5].map(word);
  const tiers = Array.from({ length: tierCount }, (_, tier) => word(6 + tier));
  const points = columns * rows;
  let at = 4 * (6 + tierCount);
  const expected = at + points * (4 + (flags & SMOOTH ? 8 : 0) + (flags & DISTANCE ? 8 : 0));
  if (bytes.length !== expected) throw new Error("the answer is a part of a tile");
  // Numbers come as planes: all first bytes, then all second ones, and so on. Four of them are 32 bits of each number.
  const words = (into, size = 4, first = 0, step = 1) => {
    const planes = [0, 1, 2, 3].map((plane) => bytes.subarray(at + plane * points, at + (plane + 1) * points));
    const [a, b, c, d] = planes;
    at += 4 * points;
    if (size === 2) {
      for (let k = 0; k < points; k += 1) into[k] = a[k] | (b[k] << 8);
      return;
    }
    for (let k = 0, to = first; k < points; k += 1, to += step) {
      into[to] = a[k] | (b[k] << 8) | (c[k] << 16) | (d[k] << 24);
    }
  };
  const floats = () => {
    const numbers = new Float64Array(points);
    const halves = new Uint32Array(numbers.buffer);
    words(halves, 4, LOW, 2);
    words(halves, 4, 1 - LOW, 2);
    return numbers;
  };
  const counts = new Uint32Array(points);
  words(counts, itermax < 2 ** 16 ? 2 : 4);
  return {
    itermax,
    tiers,
    columns,
    rows,
    counts,
    smooth: flags & SMOOTH ? floats() : null,
    distances: flags & DISTANCE ? floats() : null,
  };
}

/** Which half of a float in memory is its lower one. */
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

// Linear light in whole numbers, for colours that are mixed (the program's src/tone/linear_light.rs).

const UNIT = 2 ** 20;
const WHOLE = 65536;

function light(value) {
  const encoded = value / 255;
  return Math.round(
    encoded <= 0.04045 ? value * UNIT : 12.92 * 255 * UNIT * ((encoded + 0.055) / 1.055) ** 2.4,
  );
}

const decoded = Float64Array.from({ length: 256 }, (_, value) => light(value));
/** The least light that each value but 0 is the nearest to. */
const steps = Float64Array.from({ length: 255 }, (_, value) => light(value + 0.5));

/** The value of sRGB nearest to this light. */
function encode(value) {
  let [low, high] = [0, 255];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `above` over `below`, covering a share of it; both are values of sRGB, 0 to 255. */
export function mixed(below, above, share) {
  const weight = Math.round(WHOLE * share);
  const sum = decoded[below] * (WHOLE - weight) + decoded[above] * weight;
  return encode(Math.floor(sum / WHOLE));
}

// Exact numbers: fractions of two BigInt, read from text and printed with as many digits as are asked for.

/** A number that cannot be read; its message says what would be right. */
export class NotANumber extends Error {}

const EXPECTED = "must be a number such as -0.75, 1e-100, 0x1.8p-70 or 3/7";
const MOST_DIGITS = 1_000_000;
const MOST_EXPONENT = 1_000_000;

/** The fraction `text` stands for: decimal, hexadecimal, or a quotient of whole numbers. */
export function parse(text) {
  const trimmed = text.trim().replace(/^\+/, "").replace("\u2212", "-");
  if (trimmed.length > MOST_DIGITS) throw new NotANumber("has too many digits");
  const quotient = /^(-?\d+)\/(\d+)$/.exec(trimmed);
  if (quotient && BigInt(quotient[2]) > 0n) {
    return { above: BigInt(quotient[1]), below: BigInt(quotient[2]) };
  }
  const decimal = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,9}))?$/.exec(trimmed);
  if (decimal && (decimal[2] || decimal[3])) {
    return scaled(decimal[1], decimal[2] + decimal[3], 10n, Number(decimal[4] ?? 0) - decimal[3].length);
  }
  const hexadecimal = /^(-?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)(?:[pP]([+-]?\d{1,9}))?$/.exec(trimmed);
  if (hexadecimal && (hexadecimal[2] || hexadecimal[3])) {
    const digits = "0x" + hexadecimal[2] + hexadecimal[3];
    return scaled(hexadecimal[1], digits, 2n, Number(hexadecimal[4] ?? 0) - 4 * hexadecimal[3].length);
  }
  throw new NotANumber(EXPECTED);
}

function scaled(sign, digits, base, exponent) {
  if (Math.abs(exponent) > 8 * MOST_EXPONENT) throw new NotANumber("has too large an exponent");
  const whole = sign ? -BigInt(digits) : BigInt(digits);
  const power = base ** BigInt(Math.abs(exponent));
  return exponent >= 0 ? { above: whole * power, below: 1n } : { above: whole, below: power };
}

/** The quotient of two BigInt, the second over 0, rounded to the nearest whole number. */
export function nearest(above, below) {
  return floor(2n * above + below, 2n * below);
}

/** The quotient of two BigInt, the second over 0, rounded down. */
export function floor(above, below) {
  const quotient = above / below;
  return above < 0n && quotient * below !== above ? quotient - 1n : quotient;
}

/** A BigInt as addresses have it. */
export const hex = (whole) => (whole < 0n ? "-0x" + (-whole).toString(16) : "0x" + whole.toString(16));

/** `whole` times 2^`exponent` as a fraction. */
export function binary(whole, exponent) {
  return exponent >= 0
    ? { above: whole << BigInt(exponent), below: 1n }
    : { above: whole, below: 1n << BigInt(-exponent) };
}

/** With this many digits behind the point, rounded; zeros at the end are left out. */
export function decimal({ above, below }, digits) {
  const whole = nearest(above * 10n ** BigInt(digits), below);
  const text = (whole < 0n ? -whole : whole).toString().padStart(digits + 1, "0");
  const behind = digits === 0 ? "" : text.slice(-digits).replace(/0+$/, "");
  const before = digits === 0 ? text : text.slice(0, -digits);
  return (whole < 0n ? "-" : "") + before + (behind && "." + behind);
}

/** `whole` times 2^`exponent`, exactly: decimal where that is short, otherwise hexadecimal. */
export function exact(whole, exponent) {
  while (whole !== 0n && (whole & 1n) === 0n && exponent < 0) {
    whole >>= 1n;
    exponent += 1;
  }
  // One decimal digit behind the point for each bit there.
  if (-exponent <= 48 && exponent <= 48) return decimal(binary(whole, exponent), Math.max(0, -exponent));
  const size = whole < 0n ? -whole : whole;
  return `${whole < 0n ? "-" : ""}0x${size.toString(16)}p${exponent}`;
}

/** log₂ of a fraction over 0, to about ten digits. */
export function log2({ above, below }) {
  const log = (whole) => {
    const bits = whole.toString(16).length * 4;
    const drop = Math.max(0, bits - 64);
    return Math.log2(Number(whole >> BigInt(drop))) + drop;
  };
  return log(above) - log(below);
}

/** The nearest float. */
export function toFloat({ above, below }) {
  if (above === 0n) return 0;
  const negative = above < 0n;
  const size = negative ? -above : above;
  const bits = (whole) => whole.toString(2).length;
  const shift = 64 - (bits(size) - bits(below));
  const quotient = shift >= 0 ? (size << BigInt(shift)) / below : size / (below << BigInt(-shift));
  // Two steps, so that no power of two overflows on its own.
  const half = Math.trunc(-shift / 2);
  return (negative ? -1 : 1) * Number(quotient) * 2 ** half * 2 ** (-shift - half);
}

/** A power of two in the way that people write numbers: 3.7e-12. */
export function scientific(log2Value, digits = 2) {
  const log10 = log2Value * Math.LOG10E * Math.LN2;
  let exponent = Math.floor(log10);
  let mantissa = Number((10 ** (log10 - exponent)).toPrecision(digits));
  if (mantissa >= 10) {
    mantissa /= 10;
    exponent += 1;
  }
  if (exponent >= -4 && exponent < 5) return String(Number((mantissa * 10 ** exponent).toPrecision(digits)));
  return `${mantissa}e${exponent}`;
}

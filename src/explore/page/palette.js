// Colours by position (the program's src/tone/palette.rs, color.rs).

const NAMES = {
  black: "#000000", silver: "#c0c0c0", gray: "#808080", white: "#ffffff", maroon: "#800000", red: "#ff0000",
  purple: "#800080", fuchsia: "#ff00ff", green: "#008000", lime: "#00ff00", olive: "#808000", yellow: "#ffff00",
  navy: "#000080", blue: "#0000ff", teal: "#008080", aqua: "#00ffff", orange: "#ffa500",
};

/** `#rrggbb`, `#rgb`, the # at will, or a name: red, green and blue; null for anything else. */
export function parseColor(text) {
  const digits = (NAMES[text.toLowerCase()] ?? text).replace(/^#/, "");
  if (/^[\da-f]{6}$/i.test(digits)) return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  if (/^[\da-f]{3}$/i.test(digits)) return [...digits].map((digit) => parseInt(digit, 16) * 17);
  return null;
}

export const hexColor = (rgb) => "#" + rgb.map((part) => part.toString(16).padStart(2, "0")).join("");

/** Evenly spaced colours with straight lines between them; without any, the original's gray. */
export class Palette {
  constructor(colors, reversed = false) {
    this.colors = colors;
    this.reversed = reversed;
  }

  /** Red, green and blue at a position in [0, 1]. */
  at(position) {
    if (this.reversed) position = 1 - position;
    const { colors } = this;
    if (colors.length === 0) {
      const gray = Math.trunc(255 * position);
      return [gray, gray, gray];
    }
    const place = position * (colors.length - 1);
    const below = Math.min(Math.trunc(place), colors.length - 2);
    const share = place - below;
    const [low, high] = [colors[below], colors[below + 1]];
    return [0, 1, 2].map((part) => rounded(((low[part] + (high[part] - low[part]) * share) / 255) * 255));
  }
}

/** Half away from zero, of a number that is not negative. */
function rounded(value) {
  const whole = Math.trunc(value);
  return whole + (value - whole >= 0.5 ? 1 : 0);
}

// The fields of numbers: from the state to what stands in them, and back, with what is wrong with a value in words.

import { NotANumber, parse, scientific, toFloat } from "./number.js";
import { View, levelOf } from "./view.js";

const form = document.querySelector("#controls");
const field = (name) => form.elements[name];

class Wrong extends Error {}

/** Reads a text exactly, or says what is wrong with it. */
function number(text, about) {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof NotANumber) throw new Wrong(`${about} ${error.message}`);
    throw error;
  }
}

function positive(text, about) {
  const value = number(text, about);
  if (value.above <= 0n) throw new Wrong(`${about} must be over 0`);
  return value;
}

function whole(text, least, most, about) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
    throw new Wrong(`${about} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function levelWithin(level, limits) {
  if (level < limits.level_min || level > limits.level_max) {
    throw new Wrong(`The width must be between those of the levels ${limits.level_min} and ${limits.level_max}`);
  }
  return level;
}

/**
 * Each field: `show(state)` is its text, `read(text, state)` the part of the state that it changes. `explorer` gives the
 * window's size and the limits.
 */
function table(explorer) {
  const { limits } = explorer;
  const c = (axis) => ({
    show: (state) => state.c[axis],
    read: (text, state) => {
      number(text, "c");
      return { c: state.c.map((part, k) => (k === axis ? text.trim() : part)) };
    },
  });
  const center = (axis) => ({
    show: (state) => state.view.centerText()[axis],
    read: (text, state) => {
      number(text, "The center");
      const texts = state.view.centerText();
      texts[axis] = text.trim();
      return { view: View.around(...texts, state.view.level) };
    },
  });
  return {
    "c-re": c(0),
    "c-im": c(1),
    re: center(0),
    im: center(1),
    width: {
      show: ({ view }) => scientific(view.logPitch + Math.log2(explorer.size.width), 4),
      read: (text, { view }) => {
        const level = levelOf(positive(text, "The width"), explorer.size.width);
        return { view: View.around(...view.centerText(), levelWithin(level, limits)) };
      },
    },
    threshold: {
      show: (state) => state.threshold,
      read: (text) => {
        if (!Number.isFinite(toFloat(positive(text, "The threshold")))) throw new Wrong("The threshold is too large");
        return { threshold: text.trim() };
      },
    },
    itermin: {
      show: (state) => String(state.itermin),
      read: (text, { itermax, follow }) => {
        const itermin = whole(text, 0, itermax - 1, "The first count");
        return { itermin, follow: follow === null ? null : itermax - itermin };
      },
    },
    itermax: {
      show: (state) => String(state.itermax),
      read: (text, { itermin, follow }) => {
        const itermax = whole(text, itermin + 1, limits.itermax, "The last count");
        return { itermax, follow: follow === null ? null : itermax - itermin };
      },
    },
    cycles: {
      show: (state) => String(state.cycles),
      read: (text) => {
        if (!(Number(text) > 0 && Number(text) < 1e6)) throw new Wrong("Cycles must be over 0");
        return { cycles: Number(text) };
      },
    },
    "palette-offset": {
      show: (state) => String(state.paletteOffset),
      read: (text) => {
        if (text.trim() === "" || !Number.isFinite(Number(text))) throw new Wrong("The offset must be a number");
        return { paletteOffset: Number(text) };
      },
    },
    palette: {
      show: (state) => state.palette,
      read: (text) => {
        if (!explorer.palettes.find(text.trim())) {
          throw new Wrong("There is no such palette: a name, with _r reversed, or colours such as navy,#fff,orange");
        }
        return { palette: text.trim() };
      },
    },
  };
}

/** Ties the fields to the state; `complain` is given what is wrong, `done` the name of a field that was changed. */
export function bindFields(explorer, complain, done) {
  const fields = table(explorer);
  for (const [name, { read }] of Object.entries(fields)) {
    const input = field(name);
    input.addEventListener("change", () => {
      try {
        const part = read(input.value, explorer.state);
        input.removeAttribute("aria-invalid");
        explorer.gestures.left = 0;
        explorer.change(part);
        complain(null);
        done(name);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        input.setAttribute("aria-invalid", "true");
        complain(error.message + ".");
      }
    });
  }
  return (state) => {
    for (const [name, { show }] of Object.entries(fields)) {
      const input = field(name);
      const text = show(state);
      if (document.activeElement === input) continue;
      if (input.value !== text) {
        input.value = text;
        input.removeAttribute("aria-invalid");
      }
    }
  };
}

/** The window's width in a few digits, for people. */
export const magnitude = (view, columns) => scientific(view.logPitch + Math.log2(columns));


// The controls that are no numbers: palettes as strips, mappings, what is switched on and off, presets.

import { Palette, hexColor, parseColor } from "./palette.js";
import { strip } from "./palettes.js";
import { drawPreset } from "./thumbnail.js";

const form = document.querySelector("#controls");

/** A row of buttons of which one is chosen; arrow keys go from one to the next. */
function radios(box, names, make, choose) {
  const buttons = names.map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.role = "radio";
    button.value = name;
    make(button, name);
    button.addEventListener("click", () => choose(name));
    return button;
  });
  box.replaceChildren(...buttons);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  return (chosen) => {
    const found = names.includes(chosen);
    for (const [k, button] of buttons.entries()) {
      button.setAttribute("aria-checked", String(button.value === chosen));
      button.tabIndex = button.value === chosen || (!found && k === 0) ? 0 : -1;
    }
  };
}

/** Ties the controls to the state; `done` is given the name of what was changed. Returns what shows a state. */
export function bindChoices(explorer, start, done) {
  const change = (part, what) => {
    explorer.change(part);
    done(what);
  };

  const showPalette = radios(
    document.querySelector("#palettes"),
    start.palettes.map(({ name }) => name),
    (button, name) => {
      button.title = name;
      button.ariaLabel = name;
      button.style.background = strip(explorer.palettes.get(name));
    },
    (palette) => change({ palette: isReversed(explorer.state.palette) ? `${palette}_r` : palette }, "palette"),
  );

  // Reversed palettes have _r behind their names; lists of colours are turned round.
  const reverse = document.createElement("button");
  Object.assign(reverse, { type: "button", id: "reverse", textContent: "Reversed", title: "The palette from its end to its start" });
  document.querySelector("#palettes").append(reverse);
  const stem = (palette) => palette.replace(/_r$/i, "");
  const isReversed = (palette) => stem(palette) !== palette;
  const turned = (palette) => {
    if (palette.includes(",")) return palette.split(",").reverse().join(",");
    return isReversed(palette) ? stem(palette) : `${palette}_r`;
  };
  reverse.addEventListener("click", () => change({ palette: turned(explorer.state.palette) }, "palette"));

  const showMapping = radios(
    document.querySelector("#mappings"),
    start.mappings,
    (button, name) => {
      button.textContent = name;
    },
    (mapping) => change({ mapping }, "mapping"),
  );

  const { elements } = form;
  const on = (name, act) => elements[name].addEventListener("input", () => act(elements[name]));
  const paletteEnd = () => explorer.palettes.get(explorer.state.palette).at(1);
  on("smooth", (box) => change({ smooth: box.checked }, "smooth"));
  on("interior-on", (box) => change({ interior: box.checked ? elements.interior.value : null }, "interior"));
  on("interior", (input) => change({ interior: input.value }, "interior"));
  on("distance-on", (box) => change({ distance: box.checked ? Number(elements.distance.value) || 1 : null }, "distance"));
  on("distance", (input) => {
    if (Number(input.value) > 0) change({ distance: Number(input.value) }, "distance");
  });
  on("follow", (box) => {
    const { itermin, itermax } = explorer.state;
    explorer.followed = null;
    change({ follow: box.checked ? itermax - itermin : null }, "follow");
  });
  on("cycling", (box) => explorer.cycle(box.checked));

  const presets = start.presets.map((preset) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = preset.title ?? preset.about ?? preset.name;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [152, 96];
    const label = document.createElement("span");
    label.textContent = preset.name;
    button.append(canvas, label);
    button.addEventListener("click", () => {
      explorer.goTo(preset);
      done("preset");
    });
    return { preset, canvas, button };
  });
  document.querySelector("#presets").replaceChildren(...presets.map(({ button }) => button));
  // After the first picture: these are small, but there are many.
  const drawAll = () => {
    const gray = explorer.state.palette === "gray";
    const palette = gray ? new Palette([[12, 14, 20], [90, 60, 50], [255, 185, 94], [255, 244, 224]]) : explorer.palettes.get(explorer.state.palette);
    let next = 0;
    const one = () => {
      drawPreset(presets[next].canvas, presets[next].preset, palette);
      next += 1;
      if (next < presets.length) setTimeout(one);
    };
    if (presets.length > 0) one();
  };
  explorer.addEventListener("settled", drawAll, { once: true });

  return (state) => {
    showPalette(stem(state.palette));
    reverse.ariaPressed = String(isReversed(state.palette));
    showMapping(state.mapping);
    elements.smooth.checked = state.smooth;
    elements["interior-on"].checked = state.interior !== null;
    elements.interior.value = hexColor(state.interior === null ? paletteEnd() : parseColor(state.interior));
    elements["distance-on"].checked = state.distance !== null;
    if (state.distance !== null) elements.distance.value = state.distance;
    else if (elements.distance.value === "") elements.distance.value = 1;
    elements.follow.checked = state.follow !== null;
  };
}

// Starts the page: asks the server what to show, and ties everything together.

import { Explorer } from "./explorer.js";
import { Mandelbrot } from "./mandelbrot.js";
import { Orbit } from "./orbit.js";
import { Palettes } from "./palettes.js";
import { bindChoices } from "./choices.js";
import { bindFields, magnitude } from "./fields.js";
import { bindSave, copyCommand, copyLink, tellSeen } from "./take.js";
import { complain } from "./message.js";
import { expose } from "./testing.js";
import { keepAddress } from "./history.js";
import { ofAddress, ofJob } from "./state.js";
import { toFloat, parse } from "./number.js";

const find = (selector) => document.querySelector(selector);

/** What the server starts with; asked for again until there is an answer. */
async function start() {
  for (let pause = 200; ; pause = Math.min(2000, pause * 2)) {
    try {
      const answer = await fetch("/start");
      if (answer.ok) return await answer.json();
    } catch {
      complain("The server does not answer. The page goes on as soon as it does.");
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const given = await start();
complain(null);
const canvas = find("#picture");
const columns = () => canvas.clientWidth * devicePixelRatio;
const first = () => ofJob(given.job, columns());
const palettes = new Palettes(given.palettes);

// The lattice starts at -2; levels whose pitch is over 1 show nothing more.
given.limits.level_min = Math.max(given.limits.level_min, -6);
const explorer = new Explorer(canvas, ofAddress(location.hash, first()), palettes, given.limits);
expose(explorer);
explorer.goTo = (job) => {
  const { c, threshold, itermin, itermax, view } = ofJob({ ...given.job, ...job }, columns());
  explorer.gestures.left = 0;
  explorer.change({ c, threshold, itermin, itermax, view, follow: explorer.state.follow === null ? null : itermax - itermin });
};
const done = keepAddress(explorer, first);
explorer.addEventListener("rest", () => done(null));
if (given.seen) tellSeen(explorer);
explorer.addEventListener("problem", ({ detail }) => complain(detail));

// The controls show the state.
const showFields = bindFields(explorer, complain, done);
const showChoices = bindChoices(explorer, given, done);
// First the picture; but a slow one is not waited for.
const firstPicture = Promise.race([explorer.settled().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 700))]);
const map = new Mandelbrot(find("#map"), (c, ended) => explorer.drag(c.map(String), ended), firstPicture);
let shown = null;
const show = () => {
  const { state, view, size } = explorer;
  find("#magnitude").value = magnitude(view, size.width);
  // While the view is in motion its fields would only flicker.
  if (explorer.gestures.busy) return;
  const key = JSON.stringify([{ ...state, view: null }, view.level, String(view.x), String(view.y), size.width]);
  if (key === shown) return;
  shown = key;
  showFields(state);
  showChoices(state);
  if (!map.held) map.show(state.c.map((part) => toFloat(parse(part))));
};
explorer.addEventListener("change", show);
explorer.addEventListener("settled", show);
show();

const progress = find("#progress");
explorer.addEventListener("progress", ({ detail }) => {
  progress.classList.toggle("working", detail < 1);
  progress.ariaValueNow = String(Math.round(detail * 100));
  progress.firstElementChild.style.transform = `scaleX(${detail})`;
});

// The point under the pointer.
const readout = find("#readout");
const orbit = new Orbit(canvas, find("#orbit"), explorer, (point) => {
  readout.hidden = point === null;
  if (point === null) return;
  const part = (text) => (text.length > 44 ? `${text.slice(0, 20)}…${text.slice(-20)}` : text);
  const { itermax } = explorer.state;
  const told =
    point.count === undefined
      ? ""
      : point.count >= itermax
        ? `inside up to ${itermax}`
        : `escapes at ${point.count}${point.smooth == null ? "" : ` (${Number(point.smooth).toFixed(3)})`}`;
  const tier = point.tier ? `, proven by ${point.tier}` : "";
  find("#point").textContent = `${part(point.re)}\n${part(point.im)} i\n${told}${tier}`;
});
explorer.addEventListener("change", () => orbit.clear());
find("#controls").elements.orbits.addEventListener("input", (event) => {
  orbit.shown = event.target.checked;
});

// Buttons and keys.
const panel = find("#panel");
const fold = (folded) => {
  panel.classList.toggle("folded", folded);
  find("#fold").ariaExpanded = String(!folded);
};
const help = () => find("#help").showModal();
const save = bindSave(explorer);
const home = () => {
  explorer.gestures.left = 0;
  explorer.change({ view: first().view });
  explorer.rested();
};
const act = {
  "#fold": () => fold(!panel.classList.contains("folded")),
  "#show-help": help,
  "#zoom-in": () => explorer.gestures.zoom(1),
  "#zoom-out": () => explorer.gestures.zoom(-1),
  "#home": home,
  "#copy-command": () => copyCommand(explorer),
  "#copy-link": copyLink,
  "#save-picture": save,
};
for (const [selector, run] of Object.entries(act)) find(selector).addEventListener("click", run);
const keys = {
  "?": help, p: act["#fold"], c: act["#copy-command"], l: copyLink, s: save, Home: home,
};
addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea") || document.querySelector("dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // Before anything has the focus, keys are for the picture.
  if (event.target === document.body) explorer.gestures.key(event);
  const run = keys[event.key];
  if (!run || event.defaultPrevented) return;
  event.preventDefault();
  run();
});
find("#controls").addEventListener("submit", (event) => event.preventDefault());
fold(matchMedia("(max-width: 640px)").matches);

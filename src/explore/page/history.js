// Keeps the address up to date: a new entry for each place the user has come to, none for the way there.

import { ofAddress, toAddress } from "./state.js";

/** Changes of one control within this time, in ms, are one entry. */
const TOGETHER = 1000;

export function keepAddress(explorer, start) {
  let last = "";
  let since = -Infinity;
  let subject = null;
  const write = (push) => {
    const address = toAddress(explorer.state);
    if (address === last) return;
    last = address;
    history[push ? "pushState" : "replaceState"](null, "", address);
  };

  /** A change of `what` is done; it has its own entry, unless it goes on with the one before. */
  const done = (what) => {
    const now = performance.now();
    const goesOn = what !== null && what === subject && now - since < TOGETHER;
    [since, subject] = [now, what];
    write(!goesOn);
  };

  const read = () => {
    if (location.hash === last) return;
    last = location.hash;
    subject = null;
    const state = ofAddress(location.hash, start());
    explorer.gestures.left = 0;
    explorer.change(state);
  };
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  // Of the first picture, and what follows from one: that belongs to the entry that is there.
  explorer.addEventListener("settled", () => write(false));
  return done;
}

// One line for the user: what was done, or what is wrong.

const line = document.querySelector("#message");
let timer = null;

function show(text, wrong) {
  clearTimeout(timer);
  line.textContent = text;
  line.classList.toggle("wrong", wrong);
  line.classList.toggle("shown", text !== "");
}

/** Says something for a few seconds. */
export function say(text) {
  show(text, false);
  timer = setTimeout(() => line.classList.remove("shown"), 3500);
}

/** Says what is wrong, until `null` takes it back. */
export function complain(text) {
  if (text !== null) show(text, true);
  else if (line.classList.contains("wrong")) show("", false);
}

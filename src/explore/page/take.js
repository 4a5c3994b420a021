// What can be taken along: the command, the address, a picture.

import { pictureFields } from "./job.js";
import { say } from "./message.js";

/** The command line that makes the picture in the window. */
export function command(explorer) {
  const { width, height } = explorer.size;
  const fields = Object.fromEntries(pictureFields(explorer.state, width, height));
  const [re, im] = fields.c.split(",");
  const words = [
    `--real=${re}`, `--imag=${im}`, `--threshold=${fields.threshold}`,
    `--itermin=${fields.itermin}`, `--itermax=${fields.itermax}`,
    `--center=${fields.center}`, `--width=${fields.width}`, `--size=${fields.size}`,
    `--palette=${fields.palette}`, `--mapping=${fields.mapping}`, `--cycles=${fields.cycles}`,
  ];
  if (fields.palette_offset !== undefined) words.push(`--palette-offset=${fields.palette_offset}`);
  if (fields.interior !== undefined) words.push(`--interior=${fields.interior}`);
  if (fields.smooth !== undefined) words.push("--smooth");
  if (fields.distance !== undefined) words.push(`--distance=${fields.distance}`);
  // A shell takes # and the like for something else.
  const quoted = (word) => (/^[\w.,=+/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return ["juliaset", ...words.map(quoted)].join(" ");
}

/** Tells a server that wants to know it what is seen, whenever the picture is at rest. */
export function tellSeen(explorer) {
  let last = "";
  explorer.addEventListener("settled", () => {
    const { width, height } = explorer.size;
    const fields = pictureFields(explorer.state, width, height).toString();
    if (fields === last) return;
    last = fields;
    // A server that is gone is found out, and told of, by the next tile.
    fetch(`/seen?${fields}`).catch(() => {});
  });
}

/** Copies a text; where the browser does not allow that, it is shown to be copied by hand. */
async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    const dialog = document.querySelector("#text");
    const area = dialog.querySelector("textarea");
    area.value = text;
    dialog.showModal();
    area.select();
  }
}

export const copyCommand = (explorer) => copy(command(explorer), "The command is on the clipboard.");

export const copyLink = () => copy(location.href, "The address is on the clipboard.");

/** The dialog that saves a picture of any size. */
export function bindSave(explorer) {
  const dialog = document.querySelector("#save");
  const { columns, rows, supersample } = dialog.querySelector("form").elements;
  const bar = dialog.querySelector("progress");
  const message = dialog.querySelector("#save-message");
  const startButton = dialog.querySelector("#save-start");
  let running = null;
  // The rows follow the columns, and the columns the rows, as long as the view is to stay the same.
  const linked = (input, other, ratio) =>
    input.addEventListener("input", () => {
      if (Number(input.value) > 0) other.value = Math.max(1, Math.round(Number(input.value) * ratio()));
    });
  linked(columns, rows, () => explorer.size.height / explorer.size.width);
  linked(rows, columns, () => explorer.size.width / explorer.size.height);

  const end = () => {
    running?.abort();
    running = null;
    bar.hidden = true;
    startButton.disabled = false;
  };
  dialog.addEventListener("close", end);
  dialog.querySelector("#save-cancel").addEventListener("click", () => {
    if (running) {
      end();
      message.textContent = "Cancelled.";
    } else {
      dialog.close();
    }
  });

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { width, height } = explorer.size;
    const fields = pictureFields(explorer.state, width, height, [columns.value, rows.value]);
    if (supersample.value !== "1") fields.set("supersample", supersample.value);
    const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    fields.set("id", id);
    running = new AbortController();
    const { signal } = running;
    startButton.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    message.textContent = "";
    const timer = setInterval(async () => {
      try {
        const answer = await fetch(`/progress?id=${id}`, { signal });
        if (answer.ok) bar.value = (await answer.json()).fraction;
      } catch {
        // The picture's own answer tells what is wrong.
      }
    }, 200);
    try {
      const answer = await fetch(`/picture?${fields}`, { signal });
      if (!answer.ok) throw new Error((await answer.text()).trim());
      const blob = await answer.blob();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "julia.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      end();
      dialog.close();
      say(`${link.download} is saved.`);
    } catch (error) {
      if (!signal.aborted) {
        end();
        message.textContent = error instanceof TypeError ? "The server does not answer." : error.message;
      }
    } finally {
      clearInterval(timer);
    }
  });

  return () => {
    columns.value = explorer.size.width;
    rows.value = explorer.size.height;
    message.textContent = "";
    dialog.showModal();
  };
}

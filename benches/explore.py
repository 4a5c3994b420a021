#!/usr/bin/env python3
"""How quick the page of `juliaset explore` is under the fingers, in a headless Chromium at 1000 × 700.

    cargo build --release && python3 benches/explore.py [options of juliaset explore]

Prints the medians of: the first view, from opening the page until all its tiles are drawn; the next view after a pan by an
eighth of the window; and how many pictures a second are drawn while c is dragged on the map. Then one map after the other
is asked for whose tiles take long, and the page is left: the processor time of the server before and after that. The
browser and the engine share the processor's cores. Needs Debian's chromium and chromium-driver; JULIASET names another
binary.
"""

import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "explore"))

from program import Server  # noqa: E402
from webdriver import Browser, until  # noqa: E402

TIMES = 7

# From a key to the whole picture, in ms.
PAN = """
  const start = performance.now();
  const key = arguments[0];
  document.querySelector("#picture").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return explorer.settled().then(() => performance.now() - start);
"""

# Moves the pointer over the map for some seconds, each frame a little; pictures drawn in that time, a second.
DRAG = """
  const map = document.querySelector("#map");
  const { left, top, width, height } = map.getBoundingClientRect();
  const send = (type, share) => map.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, buttons: 1, bubbles: true, cancelable: true,
    clientX: left + width * (0.3 + 0.3 * share), clientY: top + height * (0.75 - 0.4 * share),
  }));
  map.setPointerCapture = () => {};
  send("pointerdown", 0);
  const [start, before, lasts] = [performance.now(), explorer.pictures, 3000];
  return new Promise((resolve) => {
    const step = (now) => {
      const share = (now - start) / lasts;
      if (share < 1) {
        send("pointermove", share);
        requestAnimationFrame(step);
      } else {
        const drawn = (explorer.pictures - before) / ((performance.now() - start) / 1000);
        send("pointerup", 1);
        resolve(drawn);
      }
    };
    requestAnimationFrame(step);
  });
"""


def main():
    views = [
        ("the default set", ""),
        ("an ordinary view", "#c=-0.7269,0.1889&center=0,0.3&level=4&itermin=0&itermax=300&palette=ultra&mapping=log"),
        ("smooth", "#c=-0.7269,0.1889&center=0,0.3&level=4&itermin=0&itermax=300&palette=ultra&mapping=log&smooth=1"),
        ("1e-300", "#c=0,1&center=0,1&level=1000&itermin=0&itermax=1100&palette=inferno&mapping=histogram"),
    ]
    print(f"{'':18} first view   after a pan   c dragged")
    for name, fragment in views:
        first, pans, drags = [], [], []
        for _ in range(TIMES):
            # A server and a page of their own, which have no tiles yet.
            with Server(*sys.argv[1:]) as server, Browser(1000, 700) as browser:
                browser.open(server.address + fragment)
                until(lambda: browser.script("return window.explorer !== undefined"), "the page starts")
                first.append(browser.script("return explorer.settled().then(() => explorer.settledAt)"))
                pans += [browser.script(PAN, key) for key in ["ArrowLeft", "ArrowUp", "ArrowLeft", "ArrowUp"]]
                if len(drags) < 3:
                    drags.append(browser.script(DRAG))
                    browser.script("return explorer.settled()")
        middle = statistics.median
        print(f"{name:18} {middle(first) / 1000:8.3f} s  {middle(pans) / 1000:10.3f} s  {middle(drags):6.1f} a second", flush=True)
    interrupted()


# A hundred maps, one after the other, whose tiles would take hours.
CHANGE = """
  const input = document.querySelector("#controls").elements.threshold;
  return new Promise((resolve) => {
    let step = 0;
    const change = () => {
      step += 1;
      input.value = 2 + step / 1000;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      setTimeout(step < 100 ? change : resolve, 30);
    };
    change();
  });
"""


def interrupted():
    """Processor time of the server while the map is changed a hundred times, and in as long after the page is left."""
    with Server(*sys.argv[1:]) as server, Browser(1000, 700) as browser:
        browser.open(server.address + "#c=0.25,0&center=0,0&level=6&itermin=0&itermax=5000000&palette=ultra")
        until(lambda: browser.script("return window.explorer !== undefined"), "the page starts")
        start, before = time.monotonic(), processor(server)
        browser.script(CHANGE)
        lasted, used = time.monotonic() - start, processor(server) - before
        browser.open(server.address + "palette?name=gray")
        before = processor(server)
        time.sleep(lasted)
        after = processor(server) - before
        print(f"a hundred maps that take long: {used:.2f} s of processor time in {lasted:.1f} s, and {after:.2f} s in as long after")


def processor(server):
    with open(f"/proc/{server.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

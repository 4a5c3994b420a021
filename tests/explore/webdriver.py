"""A small client of WebDriver, with nothing but Python's standard library: as much as the page's tests need."""

import base64
import http.client
import json
import os
import socket
import subprocess
import tempfile
import time

# Machines that run tests are busy: nothing is given up before this many seconds.
PATIENCE = 240


class Failure(Exception):
    """What the driver or the page reports."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(condition, what, patience=PATIENCE):
    """Waits until `condition()` is true, and returns it."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"not within {patience} s: {what}")
        time.sleep(0.02)


class Browser:
    """One headless Chromium with a window of `width` × `height` CSS pixels."""

    def __init__(self, width=1000, height=700, ratio=1, dark=True, touch=False):
        self.port = free_port()
        self.profile = tempfile.TemporaryDirectory(prefix="juliaset-chromium-", ignore_cleanup_errors=True)
        environment = dict(os.environ, HOME=self.profile.name)
        # As on a machine without a GPU: whatever Vulkan driver a test has chosen is not the browser's business.
        environment.pop("VK_ICD_FILENAMES", None)
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        )
        self.session = None
        try:
            until(self._is_up, "chromedriver starts")
            arguments = [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                "--force-color-profile=srgb", f"--user-data-dir={self.profile.name}/profile",
                f"--window-size={width},{height}",
            ]
            options = {"args": arguments}
            always = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": always}})
            self.session = answer["sessionId"]
            self("POST", "timeouts", {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000})
            self.cdp("Emulation.setDeviceMetricsOverride",
                     width=width, height=height, deviceScaleFactor=ratio, mobile=touch)
            self.cdp("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
            # A page without the focus may not write to the clipboard, and a window that nobody sees can lose it.
            self.cdp("Emulation.setFocusEmulationEnabled", enabled=True)
            if touch:
                self.cdp("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session is not None:
            try:
                self("DELETE", "")
            except (OSError, Failure):
                pass
        self.driver.terminate()
        self.driver.wait()
        self.profile.cleanup()

    def _is_up(self):
        try:
            return self._ask("GET", "/status")["ready"]
        except (OSError, http.client.HTTPException):
            if self.driver.poll() is not None:
                raise Failure("chromedriver has ended") from None
            return False

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE + 60)
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json"})
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise Failure(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

    def __call__(self, method, command, body=None):
        path = f"/session/{self.session}" + (f"/{command}" if command else "")
        return self._ask(method, path, body)

    def cdp(self, command, **parameters):
        return self("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, address):
        self("POST", "url", {"url": address})

    def script(self, text, *arguments):
        """The value that the text, the body of a function, returns, a promise's as soon as it has one."""
        return self("POST", "execute/sync", {"script": text, "args": list(arguments)})

    def act(self, kind, actions, **parameters):
        """Performs the actions of one input source."""
        source = {"type": kind, "id": kind, "actions": actions}
        if parameters:
            source["parameters"] = parameters
        self("POST", "actions", {"actions": [source]})

    def drag(self, places):
        """Presses the mouse at the first place, moves through all others, and lets it go."""
        move = [{"type": "pointerMove", "duration": 0, "x": x, "y": y} for x, y in places]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.act("pointer", [move[0], down, *move[1:], up], pointerType="mouse")

    def wheel(self, x, y, delta):
        self.act("wheel", [{"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": delta, "duration": 0}])

    def press(self, *keys):
        self.act("key", [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")])

    def click(self, selector):
        self.script("document.querySelector(arguments[0]).click()", selector)

    def type(self, name, text):
        """Puts a text into a field of the controls, as if it had been pasted and left."""
        self.script(
            """const input = document.querySelector("#controls").elements[arguments[0]];
               input.value = arguments[1];
               input.dispatchEvent(new Event("input", { bubbles: true }));
               input.dispatchEvent(new Event("change", { bubbles: true }));""",
            name, text,
        )

    def log(self):
        """What the page has written to the console since the last call."""
        return [entry["message"] for entry in self("POST", "se/log", {"type": "browser"})]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self("GET", "screenshot")))

"""The program under test: its server, and the pictures of its command line."""

import os
import re
import shlex
import signal
import subprocess
import tempfile
import threading

from PIL import Image

from webdriver import PATIENCE, Failure

PROGRAM = os.environ.get("JULIASET", "target/release/juliaset")
ENGINE = ["--engine", "cpu"]


class Server:
    """`juliaset explore` with these options, on a free port or the one that is given."""

    def __init__(self, *options, port=0):
        command = [PROGRAM, "explore", "--port", str(port), *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        # What it says is read to its end, so that it never waits for a reader.
        self.said = []
        self.address = None
        known = threading.Event()

        def read():
            for line in self.process.stdout:
                self.said.append(line)
                found = re.search(r"http://[\w.\[\]:]+/", line)
                if found and self.address is None:
                    self.address = found[0]
                    known.set()
            known.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        known.wait(PATIENCE)
        if self.address is None:
            self.close()
            raise Failure(f"{shlex.join(command)}: {''.join(self.said)}")
        self.port = int(re.search(r":(\d+)/", self.address)[1])

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def picture(command):
    """Size and bytes (red, green, blue) of what a command line makes."""
    words = shlex.split(command)
    assert words[0].endswith("juliaset"), command
    # A file of its own; the last of two outputs would count, but the parser takes one.
    for name in ("-o", "--output"):
        if name in words:
            at = words.index(name)
            del words[at : at + 2]
    engine = [] if "--engine" in words else ENGINE
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "picture.png")
        run = subprocess.run(
            [PROGRAM, *words[1:], *engine, "--quiet", "-o", path], capture_output=True, text=True, timeout=PATIENCE
        )
        if run.returncode != 0:
            raise Failure(f"{command}: {run.stderr}")
        with Image.open(path) as image:
            return image.size, image.convert("RGB").tobytes()

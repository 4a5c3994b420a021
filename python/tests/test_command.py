"""The command that comes with the package: the same command line as the program's, with the same exit codes."""

import hashlib
import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import juliaset
import numpy as np
import psutil
import pytest
from PIL import Image

SCRIPT = Path(sysconfig.get_path("scripts")) / ("juliaset.exe" if sys.platform == "win32" else "juliaset")
WAYS = {"script": [SCRIPT], "module": [sys.executable, "-m", "juliaset"]}
# The gray bytes of the picture with all defaults, as the original has them.
DEFAULT = "400c18ebf91a7aa4d0f9e1322a3dfd83be3408cceef95c130544da29c3514ee9"
# An hour of work: the orbits stay on [-2, 2], and no cycle attracts them.
LONG = "-r=-2 -i=0 -t=2.5 -M=2147483648 -x=-2 -X=2 -y=-1e-3 -Y=1e-3 -R=20000 --engine=cpu --precision=double".split()


def run(folder, *arguments, way="script"):
    return subprocess.run(
        [*WAYS[way], *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


@pytest.mark.parametrize("way", WAYS)
def test_it_renders_the_originals_picture(way, tmp_path):
    done = run(tmp_path, "--engine", "cpu", way=way)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("juliaset: plot.png: 500 × 313 pixels")
    with Image.open(tmp_path / "plot.png") as picture:
        assert hashlib.sha256(np.asarray(picture).tobytes()).hexdigest() == DEFAULT


def test_it_renders_what_the_class_does(tmp_path):
    line = "-r 0 -i 1 -m 0 -M 60 -R 200 --palette inferno --mapping sqrt --smooth -o x.png"
    assert run(tmp_path, *line.split(), way="module").returncode == 0
    julia = juliaset.JuliaDiv(1j, n_iterations=(0, 60), resolution=200)
    region = juliaset.ComplexRegion(-1.6, 1.6, -1, 1)
    picture = julia.render(region, palette="inferno", mapping="sqrt", smooth=True)
    with Image.open(tmp_path / "x.png") as read:
        np.testing.assert_array_equal(np.asarray(read), picture.pixels)
        read.load()
        # Those of the interpreter's own line are not of it.
        assert read.text["juliaset command"] == (
            "juliaset --real=0 --imag=1 --itermin=0 --itermax=60 --resolution=200 --palette=inferno "
            "--mapping=sqrt --smooth"
        )


@pytest.mark.parametrize("way", WAYS)
def test_help_and_exit_codes(way, tmp_path):
    for arguments, code, start in [
        (["--help"], 0, "For a start: juliaset --preset"),
        (["-h"], 0, "Julia sets you can trust"),
        (["--version"], 0, f"juliaset {juliaset.__version__}"),
        (["palettes"], 0, ""),
        (["completions", "bash"], 0, "_juliaset"),
        (["--resolution", "none"], 2, "juliaset: --resolution none: must be"),
        (["--no-such-option"], 2, "juliaset: --no-such-option: no such option"),
        (["--distance", "2"], 2, "juliaset: --distance 2: "),
        (["-o", "missing/plot.png", "--engine=cpu"], 1, "juliaset: missing/plot.png: "),
    ]:
        done = run(tmp_path, *arguments, way=way)
        said = done.stderr if code else done.stdout
        assert done.returncode == code and said.startswith(start), (arguments, done)
        if code:
            assert done.stderr.count("\n") == 1 and not done.stdout
        else:
            assert done.stdout.endswith("\n") and not done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent so there")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_tidily(way, sent, tmp_path):
    """Python's own handler would have shown where in Python it was."""
    with subprocess.Popen([*WAYS[way], *LONG], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as child:
        # By then it has started, on a machine that does much else, too; its end would be hours away.
        process = psutil.Process(child.pid)
        while sum(process.cpu_times()[:2]) < 3:
            time.sleep(0.05)
        child.send_signal(sent)
        said = child.stderr.read()
    assert (child.returncode, said) == (130, "juliaset: interrupted\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent so there")
def test_the_explorer_ends_with_control_c(tmp_path):
    line = [*WAYS["script"], "explore", "--port", "0", "--engine", "cpu"]
    with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline().startswith("http://127.0.0.1:")
        child.send_signal(signal.SIGINT)
    assert child.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of another kind")
def test_a_reader_may_have_seen_enough(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run([SCRIPT, "palettes"], stdout=closed, stderr=subprocess.PIPE, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")

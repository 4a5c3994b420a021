"""The stub: against the module itself, and in a program that mypy --strict reads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import numpy as np
import numpy.typing as npt
from decimal import Decimal
from fractions import Fraction
from juliaset import Adapter, ComplexRegion, GpuError, JuliaDiv, Picture, View, __version__, adapters

def hear(done: int, total: int) -> None: ...

version: str = __version__
region = ComplexRegion(-1.6, 1.6, np.float64(-1.0), 1)
julia = JuliaDiv(-0.4 + 0.6j, 2, (0, 50), resolution=np.int64(20), progress=hear, threads=None)
julia = JuliaDiv(0, n_iterations=np.array([0, 50]))
points: npt.NDArray[np.complex128] = region.build(julia.resolution)
values: npt.NDArray[np.float64] = julia.over(region)
counts: npt.NDArray[np.uint32] = julia.counts(region, window=(0, 0, 2, 2))
counts = julia.counts(region, np.array([0, 0, 2, 2]), origin="upper")
points = region.build(20, origin="lower")
view = View("-0.75", Decimal("1e-1000"), Fraction(3, 7), aspect=(16, 9))
view = View(0, np.float64(0.5), zoom=1e30)
point: tuple[Fraction, Fraction] = view.point(20, 0, 0)
counts = julia.counts(view, window=(0, 0, 2, 2), origin="upper")
picture: Picture = julia.render(region, palette="magma", window=(0, 0, 2, 2))
values = julia.smooth(view, (0, 0, 2, 2)) + julia.distances(region, origin="upper")
extent: tuple[float, float, float, float] = julia.extent(region, relative=True)
picture = julia.render(view, counts=counts)
julia.render(view, "plot.png", counts=counts.T)
picture.save("plot.tif", compression="small", pyramid=True)
julia.render(view, "plot.tif", pyramid=True, resume=True)
array: npt.NDArray[np.uint8] | npt.NDArray[np.uint16] = picture.pixels
png: bytes = picture.png()
width: int = picture.width
names: list[str] = [adapter.name for adapter in adapters()]
first: Adapter | None = next(iter(adapters()), None)
try:
    julia.render(region, "plot.png", palette=["navy", "#fff"], cycles=2, depth=16)
    julia.render(region, "plot.png", compression="fast")
except GpuError as error:
    raise RuntimeError from error
"""

MISTAKES = {
    'JuliaDiv(1j, engine="tpu")': "arg-type",
    "JuliaDiv(1j).over((0, 1, 0, 1))": "arg-type",
    "JuliaDiv(1j).resolution = 5": "misc",
    'JuliaDiv(1j).counts(region, origin="left")': "arg-type",
    'JuliaDiv(1j).render(region, "x.png", depth=12)': "call-overload",
    'JuliaDiv(1j).render(region, "x.png", window=(0, 0, 1, 1))': "call-overload",
    "View(None, 0, 1)": "arg-type",
    "words: list[str] = JuliaDiv(1j).counts(region)": "assignment",
}


def run(*arguments: str, folder: Path) -> str:
    # Another environment's packages must not stand in for the installed one's.
    environment = {key: value for key, value in os.environ.items() if key != "MYPYPATH"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True,
        env=environment,
    )  # fmt: skip
    return f"{done.stdout}{done.stderr}exit {done.returncode}"


def test_the_stub_is_the_modules(tmp_path):
    pytest.importorskip("mypy")
    text = run("mypy.stubtest", "juliaset", folder=tmp_path)
    assert text.endswith("exit 0"), text


def test_a_strict_program(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "program.py").write_text(PROGRAM)
    text = run("mypy", "--strict", "program.py", folder=tmp_path)
    assert text.endswith("exit 0"), text


def test_mistakes_are_seen(tmp_path):
    pytest.importorskip("mypy")
    start = "from juliaset import ComplexRegion, JuliaDiv, View\nregion = ComplexRegion(0, 1, 0, 1)\n"
    (tmp_path / "mistakes.py").write_text(start + "\n".join(MISTAKES))
    text = run("mypy", "--strict", "mistakes.py", folder=tmp_path)
    for line, code in enumerate(MISTAKES.values(), start=3):
        found = [said for said in text.splitlines() if said.startswith(f"mistakes.py:{line}:")]
        assert found and f"[{code}]" in found[0], text

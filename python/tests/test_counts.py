"""The numbers: against the definition in numpy and in whole numbers, and the original's picture."""

import hashlib
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import juliaset
import numpy as np
import pytest
from conftest import HEADLINE, definition
from juliaset import ComplexRegion, JuliaDiv
from PIL import Image

PICTURES = [
    (-0.835 - 0.2321j, 2.0, (5, 80)),
    (-0.4 + 0.6j, 3.5, (0, 50)),
    (0.285 + 0.01j, 2.0, (10, 200)),
    (1j, 1.5, (0, 30)),
]


@pytest.mark.parametrize(("c", "threshold", "n_iterations"), PICTURES)
def test_double_is_the_definition(c, threshold, n_iterations, region):
    julia = JuliaDiv(c, threshold, n_iterations, 120, engine="cpu", precision="double")
    points = region.build(120)
    counts = julia.counts(region)
    np.testing.assert_array_equal(counts, definition(c, threshold, n_iterations[1], points))
    itermin, itermax = n_iterations
    values = (np.maximum(counts, itermin) - itermin) / (itermax - itermin)
    np.testing.assert_array_equal(julia.over(region), values)


@pytest.mark.parametrize(("c", "threshold", "n_iterations"), PICTURES)
def test_single_is_the_definition_in_single(c, threshold, n_iterations, region):
    julia = JuliaDiv(c, threshold, n_iterations, 120, engine="cpu", precision="single")
    points = region.build(120).astype(np.complex64)
    expected = definition(c, threshold, n_iterations[1], points)
    np.testing.assert_array_equal(julia.counts(region), expected)


def true_count(c: complex, threshold: float, itermax: int, point: complex) -> int:
    """The definition in whole numbers, in units of 2**-scale: nothing is rounded."""
    numbers = [Fraction(x) for x in (c.real, c.imag, threshold, point.real, point.imag)]
    bits = scale = max(number.denominator.bit_length() - 1 for number in numbers)
    c_re, c_im, limit, re, im = (int(number * 2**bits) for number in numbers)
    for i in range(itermax):
        up = 2 * scale - bits
        re, im = re * re - im * im + (c_re << up), 2 * re * im + (c_im << up)
        scale *= 2
        if re * re + im * im >= (limit << (scale - bits)) ** 2:
            return i
    return itermax


def test_exact_is_the_truth():
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(12):
        c = complex(draw.uniform(-1, 0.4), draw.uniform(-0.7, 0.7))
        region = ComplexRegion(-1.5, 1.5, -1.5, 1.5)
        points = region.build(12)
        # The numbers double their length at every step: few steps.
        counts = JuliaDiv(c, 2.0, (0, 10), 12).counts(region)
        for index, point in np.ndenumerate(points):
            assert counts[index] == true_count(c, 2.0, 10, complex(point)), (c, point)


def test_exact_decides_a_tie_as_the_definition_says():
    # z_0 = 1 + i, c = 0: |z_1| is exactly 2.
    assert JuliaDiv(0, 2.0, (0, 9), 2).counts(ComplexRegion(0, 2, 0, 2))[1, 1] == 0


def test_exact_differs_from_single_where_single_is_wrong():
    region = ComplexRegion(-0.1, 0.1, -0.1, 0.1)
    wrong = {
        precision: np.count_nonzero(
            JuliaDiv(-0.835 - 0.2321j, 2.0, (20, 100), 400, precision=precision).counts(region)
            != JuliaDiv(-0.835 - 0.2321j, 2.0, (20, 100), 400).counts(region)
        )
        for precision in ("double", "single")
    }
    assert wrong["double"] == 0
    assert 0.01 < wrong["single"] / 400**2 < 0.05


def grays_hash(grays):
    return hashlib.sha256(np.ascontiguousarray(grays).tobytes()).hexdigest()


def test_the_headline_picture():
    region = ComplexRegion(-0.1, 0.1, 0.1, -0.1)
    values = JuliaDiv(-0.835 - 0.2321j, 2.0, (20, 100), 4000).over(region)
    assert grays_hash((255 * values.T).astype(np.uint8)) == HEADLINE


def test_a_picture_has_its_top_row_at_yright(tmp_path: Path):
    path = tmp_path / "headline.png"
    region = ComplexRegion(-0.1, 0.1, -0.1, 0.1)
    julia = JuliaDiv(-0.835 - 0.2321j, 2.0, (20, 100), 4000)
    assert julia.render(region, path, compression="fast") is None
    with Image.open(path) as picture:
        assert picture.mode == "L"
        assert grays_hash(np.asarray(picture)) == HEADLINE


def test_a_picture_shows_the_counts_of_the_upper_origin(region, tmp_path: Path):
    """Those of the lower origin are of other points, a row apart: every fifth pixel differs."""
    julia = JuliaDiv(-0.835 - 0.2321j, n_iterations=(5, 80), resolution=150)
    julia.render(region, tmp_path / "x.npy")
    julia.render(region, tmp_path / "x.png")
    shown = np.load(tmp_path / "x.npy").T
    upper = julia.counts(region, origin="upper")
    np.testing.assert_array_equal(shown, upper)
    values = julia.over(region, origin="upper")
    with Image.open(tmp_path / "x.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), (255 * values.T).astype(np.uint8))
    assert (shown != julia.counts(region)[:, ::-1]).any()

    # The points that they say, and the array of the region with its imaginary bounds swapped.
    points = region.build(150, origin="upper")
    assert points[0, 0].imag == region.yright
    for index in [(0, 0), (40, 77), (149, 119)]:
        assert min(upper[index], 10) == true_count(julia.c_0, 2.0, 10, complex(points[index]))
    swapped = ComplexRegion(region.xleft, region.xright, region.yright, region.yleft)
    np.testing.assert_array_equal(points, swapped.build(150))
    np.testing.assert_array_equal(upper, julia.counts(swapped))

    window = julia.counts(region, window=(100, 5, 30, 40), origin="upper")
    np.testing.assert_array_equal(window, upper[100:130, 5:45])


def test_the_lower_origin_is_the_default(region):
    julia = JuliaDiv(-0.4 + 0.6j, resolution=50)
    np.testing.assert_array_equal(julia.over(region, origin="lower"), julia.over(region))
    np.testing.assert_array_equal(julia.counts(region, origin="lower"), julia.counts(region))
    np.testing.assert_array_equal(region.build(50, origin="lower"), region.build(50))


def test_what_the_name_ends_with_is_the_format(tmp_path: Path):
    # The top row first, as in a picture.
    region = ComplexRegion(-1.6, 1.6, -1, 1)
    top_down = ComplexRegion(-1.6, 1.6, 1, -1)
    julia = JuliaDiv(-0.835 - 0.2321j, 2.0, (5, 80), 200)
    values = julia.over(top_down).T
    for name in ["x.png", "x.TIFF", "x.webp", "x.jpg", "x.npy"]:
        julia.render(region, tmp_path / name)
    assert np.array_equal(np.load(tmp_path / "x.npy"), julia.counts(top_down).T)
    for name in ["x.png", "x.TIFF", "x.webp"]:
        with Image.open(tmp_path / name) as picture:
            grays = np.asarray(picture.convert("L"))
        assert np.array_equal(grays, (255 * values).astype(np.uint8)), name
    with Image.open(tmp_path / "x.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (200, 125))
    for name in ["x.bmp", "x.exr"]:
        with pytest.raises(ValueError, match=name):
            julia.render(region, tmp_path / name)
        assert not (tmp_path / name).exists()


def test_a_picture_in_colour(region, tmp_path: Path):
    julia = JuliaDiv(-0.4 + 0.6j, n_iterations=(2, 60), resolution=120)
    gray, named, listed, deep = (tmp_path / name for name in ("g.png", "n.png", "l.png", "d.tif"))
    julia.render(region, gray)
    julia.render(region, named, palette="gray_r", interior="red")
    julia.render(region, listed, palette=("white", "black"), interior="#f00")
    # The first row of a picture is its top.
    rows = julia.counts(ComplexRegion(-1.5, 1.5, 1.2, -1.2)).T
    with Image.open(gray) as picture:
        grays = np.asarray(picture.convert("L"))
    for path in (named, listed):
        with Image.open(path) as picture:
            colours = np.asarray(picture.convert("RGB"))
        assert (colours[rows == 60] == (255, 0, 0)).all()
        escaped = rows < 60
        # What was dark is bright; either way a fraction of a gray is cut off or rounded.
        assert np.abs(255 - grays[escaped].astype(int) - colours[escaped][:, 1]).max() <= 1
    julia.render(
        region, deep, palette="viridis", mapping="sqrt", cycles=2, smooth=True, distance=1.5,
        supersample=2, adaptive=True, depth=16, compression="fast",
    )  # fmt: skip
    with Image.open(deep) as picture:
        assert picture.size == julia.shape(region)


def test_the_gpu_agrees_with_the_cpu(region):
    julia = {"c_0": -0.835 - 0.2321j, "n_iterations": (5, 80), "resolution": 300}
    wanted = os.environ.get("JULIASET_TEST_ADAPTER")
    found = [a for a in juliaset.adapters() if wanted is None or wanted in a.name]
    assert found or wanted is None, f"no adapter {wanted}"
    for adapter in found:
        assert "single" in adapter.precisions
        for precision in adapter.precisions:
            how = {"precision": precision, "adapter": adapter.name}
            counts = JuliaDiv(**julia, engine="gpu", **how).counts(region)
            cpus = JuliaDiv(**julia, engine="cpu", precision=precision).counts(region)
            # Shader compilers reorder and fuse operations, and only `exact` stays the same.
            wrong = np.count_nonzero(counts != cpus)
            assert wrong == 0 if precision == "exact" else wrong < counts.size / 50, precision


NO_ADAPTER = """
from juliaset import ComplexRegion, GpuError, JuliaDiv, adapters
assert adapters() == []
region = ComplexRegion(-0.1, 0.1, -0.1, 0.1)
julia = {"c_0": -0.835 - 0.2321j, "n_iterations": (0, 1000), "resolution": 800}
assert JuliaDiv(**julia).over(region).shape == (800, 800)
try:
    JuliaDiv(**julia, engine="gpu").over(region)
except GpuError as error:
    print(error)
"""


def test_without_a_driver_the_cpu_serves(tmp_path):
    environment = dict(os.environ)
    for variable in ("VK_ICD_FILENAMES", "VK_DRIVER_FILES"):
        environment[variable] = str(tmp_path / "none.json")
    command = [sys.executable, "-c", NO_ADAPTER]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("no adapter found")

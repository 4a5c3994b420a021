"""Views by their center: numbers of any length, exact points, and counts at any depth."""

import copy
import pickle
import random
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from judge import true_count
from juliaset import ComplexRegion, JuliaDiv, View, adapters, explore


def test_numbers_of_every_kind_are_exact():
    tenth = [Fraction(1, 10), Decimal("0.1"), "0.1", "1/10", "1e-1", ".1"]
    assert len({View(tenth[0], 0, 1), *(View(number, 0, 1) for number in tenth)}) == 1
    assert View(0.1, 0, 1) != View("0.1", 0, 1)
    assert View(0.1, 0, 1) == View(Fraction(0.1), 0, 1) == View(Decimal(0.1), 0, 1)
    half = [0.5, np.float32(0.5), np.float64(0.5), "0x1p-1", Decimal("0.50"), Fraction(2, 4)]
    assert all(View(0, number, 1) == View(0, "0.5", 1) for number in half)
    three = [3, 3.0, np.uint8(3), np.int64(3), "3", "+3", Fraction(3)]
    assert all(View(0, 0, number) == View(0, 0, "3") for number in three)
    assert View(-0.0, 0, 1) == View(0, "-0", 1) and hash(View(-0.0, 0, 1)) == hash(View(0, 0, 1))
    # Python itself writes no such whole numbers in decimal.
    huge = 3**9999
    assert View(huge, Fraction(1, huge), 1) == View(f"{huge:#x}", f"1/{huge:#x}", 1)
    assert View(-huge, Fraction(-1, huge), 1) == View(f"-{huge:#x}", f"-1/{huge:#x}", 1)
    assert View(0, 0, "1e-1000") != View(0, 0, "1e-1001")


def test_sample_points_are_where_the_definition_has_them():
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    for width in ["3", "0.1", "1/7", "1e-30", "1e-400", "123456789"]:
        re, im = (Fraction(draw.randrange(-(10**60), 10**60), 10**60 - 1) for _ in range(2))
        nx = draw.randrange(1, 400)
        view = View(re, im, width, aspect=(1, 1))
        (left, top), (right, _) = (view.point(nx, i, 0, origin="upper") for i in (0, nx - 1))
        pitch = (right - left) / (nx - 1) if nx > 1 else Fraction(width)
        assert abs(pitch * nx / Fraction(width) - 1) <= Fraction(1, 2**53)
        assert pitch.numerator.bit_length() <= 53
        unit = min(Fraction(1, 2**64), pitch / 2**64)
        assert abs(left + pitch * nx / 2 - re) <= unit and abs(top - pitch * nx / 2 - im) <= unit
        for _ in range(20):
            i, j = draw.randrange(nx), draw.randrange(nx)
            point = (left + i * pitch, top - j * pitch)
            assert view.point(nx, i, j, origin="upper") == point
            assert view.point(nx, i, nx - 1 - j) == point
            assert view.point(nx, i, nx - 1 - j, origin="lower") == point


@pytest.mark.parametrize("origin", ["lower", "upper"])
def test_points_in_double_are_the_nearest(origin):
    view = View("-1/3", "0.7", "0.01", aspect=(3, 2))
    points = view.build(31, origin=origin)
    assert points.shape == (31, 21) and points.dtype == np.complex128 and points.flags.c_contiguous
    for (i, j), point in np.ndenumerate(points):
        x, y = view.point(31, i, j, origin=origin)
        assert point == complex(float(x), float(y))


def test_counts_are_true_at_every_depth():
    """Around i itself, which is on its Julia set."""
    for width in ["2", "1e-18", "1e-60", "1e-300"]:
        view = View("0", "1", width)
        itermax = 1500
        julia = JuliaDiv(1j, 2.0, (0, itermax), 40, engine="cpu")
        counts = julia.counts(view)
        assert counts.shape == julia.shape(view) == (40, 25)
        np.testing.assert_array_equal(julia.counts(view, origin="upper"), counts[:, ::-1])
        values = julia.over(view)
        np.testing.assert_array_equal(values, counts / itermax)
        assert len(np.unique(counts)) > 3
        window = julia.counts(view, window=(7, 3, 20, 11))
        np.testing.assert_array_equal(window, counts[7:27, 3:14])
        window = julia.counts(view, window=(7, 3, 20, 11), origin="upper")
        np.testing.assert_array_equal(window, counts[:, ::-1][7:27, 3:14])
        for i, j in np.ndindex(4, 4):
            i, j = 3 + 9 * i, 2 + 6 * j
            assert counts[i, j] == true_count(1j, itermax, view.point(40, i, j)), (width, i, j)


def test_a_view_shows_what_a_region_does():
    """The two have the same points where these are exact in both."""
    region = ComplexRegion(-2, 2, -1, 1)
    view = View(0, 0, 4, aspect=(2, 1))
    for nx in [64, 256]:
        points = region.build(nx, origin="upper")
        np.testing.assert_array_equal(view.build(nx, origin="upper"), points)
        julia = JuliaDiv(-0.4 + 0.6j, resolution=nx)
        np.testing.assert_array_equal(
            julia.counts(view, origin="upper"), julia.counts(region, origin="upper")
        )
    # A zoom of 2 is as high.
    zoomed = View(0, 0, zoom=2, aspect=(2, 1))
    np.testing.assert_array_equal(zoomed.build(64), view.build(64))
    assert zoomed != view and (zoomed.zoom, zoomed.width, view.zoom) == ("2", None, None)


def test_a_picture_has_the_counts_of_the_upper_origin(tmp_path):
    view = View("0", "1", "1e-200", aspect=(3, 2))
    julia = JuliaDiv(1j, n_iterations=(0, 1500), resolution=60)
    julia.render(view, tmp_path / "x.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy").T, julia.counts(view, origin="upper"))


def test_a_plain_precision_ends_where_its_floats_do():
    """An engine that was kept from an ordinary picture had no objection to a deep one."""
    engines = ["cpu", *(["gpu"] if adapters() else [])]
    for engine in engines:
        julia = JuliaDiv(1j, resolution=20, engine=engine, precision="single")
        assert julia.counts(View(0, 1, 1)).shape == (20, 13)
        for width in ["1e-7", "1e-30"]:
            with pytest.raises(ValueError, match="^precision single: has the same number .* take exact$"):
                julia.counts(View(0, 1, width))


@pytest.mark.parametrize(
    "view",
    [
        View("-0.75", "1e-1000", "3/7"),
        View(0.1, Fraction(1, 3), zoom=Decimal("1E+30"), aspect=(1, 2)),
    ],
    ids=repr,
)
def test_views_are_values(view):
    for same in [pickle.loads(pickle.dumps(view)), copy.deepcopy(view), eval(repr(view), {"View": View})]:
        assert same == view and hash(same) == hash(view) and repr(same) == repr(view)
    assert view != View(view.re, view.im, 5) and view != "something else"
    with pytest.raises(AttributeError):
        view.width = 5


def test_the_text_is_the_one_that_was_given():
    view = View("-0.750", "+1/3", "1e-1000", aspect=[1, 2])
    assert (view.re, view.im, view.width, view.zoom, view.aspect) == ("-0.750", "+1/3", "1e-1000", None, (1, 2))
    assert repr(view) == "View('-0.750', '+1/3', '1e-1000', aspect=(1, 2))"
    assert repr(View(0.1, Decimal("1E+3"), zoom=Fraction(1, 3))) == "View('0x1.999999999999ap-4', '1E+3', zoom='1/3')"


def test_the_most_digits_take_seconds_at_the_most():
    digits = "7" * 1_000_000
    start = time.monotonic()
    view = View(f".{digits}", f"1/{digits}", f"{digits}e-1000000")
    assert time.monotonic() - start < 30
    assert view == pickle.loads(pickle.dumps(view))


def test_iterations_follow_the_view(tmp_path):
    julia = JuliaDiv(1j, n_iterations=(0, "auto"), resolution=40, engine="cpu")
    assert julia.n_iterations == (0, "auto") and JuliaDiv(1j, 2, [0, "auto"]) == JuliaDiv(1j, 2, (0, "auto"))
    assert pickle.loads(pickle.dumps(julia)) == copy.copy(julia) == julia != JuliaDiv(1j)
    assert "n_iterations=(0, 'auto')" in repr(julia)
    for width, least, most in [("3", 1000, 1010), ("1e-30", 1060, 1120), ("1e-300", 1700, 1900)]:
        view = View(-1, 1, width)
        julia.render(view, tmp_path / "a.npy")
        record = (tmp_path / "a.npy.toml").read_text()
        itermax = int(record.split("\nitermax = ")[1].split("\n")[0])
        assert least <= itermax < most
        counts = julia.counts(view, origin="upper")
        same = JuliaDiv(1j, n_iterations=(0, itermax), resolution=40, engine="cpu")
        np.testing.assert_array_equal(counts, same.counts(view, origin="upper"))
        np.testing.assert_array_equal(counts, np.load(tmp_path / "a.npy").T)
        np.testing.assert_array_equal(julia.over(view), same.over(view))
    assert julia.counts(ComplexRegion(-1.5, 1.5, -1, 1)).shape == (40, 27)
    with pytest.raises(ValueError, match="itermin 1000: must be less than itermax 1000"):
        JuliaDiv(1j, n_iterations=(1000, "auto"), resolution=40).over(ComplexRegion(-9, 9, -9, 9))
    with pytest.raises(TypeError, match="n_iterations itermax: must be a whole number, not str"):
        JuliaDiv(1j, n_iterations=(0, "all"))


def test_progress_counts_what_a_deep_view_takes_at_first():
    heard = []
    julia = JuliaDiv(-2, n_iterations=(0, "auto"), resolution=32, progress=lambda *now: heard.append(now))
    julia.counts(View("1/3", 0, "1e-2000", aspect=(16, 10)))
    done, totals = zip(*heard)
    (total,) = set(totals)
    assert total > 100 * 32 * 20 and done[-1] == total and list(done) == sorted(set(done))


def test_a_deep_view_can_be_ended_before_its_first_pixel():
    class Enough(Exception):
        pass

    def hear(done, total):
        # No pixel is done yet.
        assert done < total - 32 * 20
        if done > 0:
            raise Enough

    # It would take a minute or more.
    julia = JuliaDiv(-2, n_iterations=(0, "auto"), resolution=32, progress=hear, engine="cpu")
    with pytest.raises(Enough):
        julia.counts(View("1/3", 0, "1e-60000"))


def test_rotated_views():
    view = View("0.25", -3, 8, aspect=(2, 1), rotate=30)
    assert view.rotate == "30" and repr(view) == "View('0.25', '-3', '8', aspect=(2, 1), rotate='30')"
    assert view == View("1/4", -3, 8, aspect=(2, 1), rotate="30.0") != View("0.25", -3, 8, aspect=(2, 1))
    assert pickle.loads(pickle.dumps(view)) == view == copy.copy(view)
    assert View(0, 0, 1).rotate == "0" and View(0, 0, 1, rotate="-0") == View(0, 0, 1)
    cos, sin = Fraction(7800463371553962, 2**53), Fraction(1, 2)
    for i, j in [(0, 0), (6, 1), (4, 2), (7, 3)]:
        x, y = i - 4, 2 - j
        expected = Fraction(1, 4) + cos * x - sin * y, -3 + sin * x + cos * y
        assert view.point(8, i, j, origin="upper") == expected
        point = view.build(8, origin="upper")[i, j]
        assert (point.real, point.imag) == tuple(map(float, expected))
    deep = View(0, 1, "1e-60", aspect=(3, 2), rotate="-117.3")
    julia = JuliaDiv(1j, n_iterations=(0, 600), resolution=60)
    counts = julia.counts(deep, origin="upper")
    assert len(np.unique(counts)) > 3
    for i, j in [(0, 0), (59, 39), (31, 7), (12, 34)]:
        assert counts[i, j] == true_count(1j, 600, deep.point(60, i, j, origin="upper"))
    assert julia.extent(view, relative=True) == (-4.0, 4.0, -2.0, 2.0)
    with pytest.raises(ValueError, match="relative False: must be True for a rotated view"):
        julia.extent(view)
    with pytest.raises(ValueError, match="precision double: has no sample points of a rotated view"):
        JuliaDiv(1j, resolution=9, precision="double").counts(view)
    with pytest.raises(ValueError, match="view rotate 30: must be 0 to explore"):
        explore(1j, view=view)
    with pytest.raises(ValueError, match="rotate x: must be a number"):
        View(0, 0, 1, rotate="x")

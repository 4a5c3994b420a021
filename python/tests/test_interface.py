"""Shapes, types, errors, and what Python expects of a value."""

import copy
import gc
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import juliaset
import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv


def test_points_are_the_originals():
    points = ComplexRegion(-1.6, 1.6, -1.0, 1.0).build(37)
    assert points.shape == (37, 23)
    assert points.dtype == np.complex128
    assert points.flags.c_contiguous
    for (i, j), point in np.ndenumerate(points):
        assert point.real == i / 37 * 3.2 + -1.6
        assert point.imag == j / 23 * 2.0 + -1.0


def test_arrays_are_numpys_own(region):
    julia = JuliaDiv(-0.4 + 0.6j)
    for array, dtype in [(julia.over(region), np.float64), (julia.counts(region), np.uint32)]:
        assert array.shape == (1000, 800)
        assert array.dtype == dtype
        assert array.flags.c_contiguous and array.flags.owndata and array.flags.writeable
        array[0, 0] = 0


def test_defaults_are_the_originals():
    julia = JuliaDiv(1j)
    assert (julia.threshold, julia.n_iterations, julia.resolution) == (2.0, (0, 50), 1000)
    assert (julia.engine, julia.precision) == ("auto", "exact")
    assert (julia.adapter, julia.threads, julia.progress) == (None, None, None)


def test_numbers_of_every_kind():
    julia = JuliaDiv(np.complex64(0.5), np.float32(2), [np.int64(0), 50], np.uint8(20))
    assert julia == JuliaDiv(0.5, 2, (0, 50), 20) == JuliaDiv(0.5 + 0j, 2.0, (0, 50), 20)
    region = ComplexRegion(np.float32(-1), 1, -1, True)
    assert region == ComplexRegion(-1.0, 1.0, -1.0, 1.0)
    assert region.build(np.int16(5)).shape == (5, 5)


def test_windows_lie_on_the_lattice(region):
    julia = JuliaDiv(-0.835 - 0.2321j, n_iterations=(0, 300), resolution=333)
    whole, values = julia.counts(region), julia.over(region)
    for col, row, width, height in [(0, 0, 333, 266), (7, 11, 1, 1), (100, 50, 77, 99)]:
        there = np.s_[col : col + width, row : row + height]
        window = (col, row, width, height)
        np.testing.assert_array_equal(julia.counts(region, window=window), whole[there])
        np.testing.assert_array_equal(julia.over(region, window), values[there])


def paint(**tone):
    JuliaDiv(1j, resolution=20).render(ComplexRegion(-1, 1, -1, 1), "never.png", **tone)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: JuliaDiv(1j, 0.0), "threshold 0: must be"),
        (lambda: JuliaDiv(1j, float("nan")), "threshold NaN: must be"),
        (lambda: JuliaDiv(1j, 10**400), "threshold inf: must be"),
        (lambda: JuliaDiv(complex("inf")), "c_0.re inf: must be"),
        (lambda: JuliaDiv(1j, 2.0, (50, 50)), "itermin 50: must be less than itermax 50"),
        (lambda: JuliaDiv(1j, 2.0, (-1, 50)), "itermin -1: must be from 0"),
        (lambda: JuliaDiv(1j, 2.0, (0, 2**32)), "itermax 4294967296: must be from 0"),
        (lambda: JuliaDiv(1j, resolution=-5), "resolution -5: must be from 1 to 2147483647"),
        (lambda: JuliaDiv(1j, resolution=0), "resolution 0: must be from 1 to 2147483647"),
        (lambda: JuliaDiv(1j).over(ComplexRegion(0, 1, 0, 1e-9)), "resolution 1000: the region"),
        (lambda: JuliaDiv(1j, engine="tpu"), "engine tpu: must be one of auto, cpu, gpu"),
        (lambda: JuliaDiv(1j, precision="half"), "must be one of exact, double, single"),
        (lambda: JuliaDiv(1j, threads=0), "threads 0: must be from 1 to 1024"),
        (lambda: JuliaDiv(1j, threads=-1), "threads -1: must be from 1 to 1024"),
        (lambda: ComplexRegion(1, 1, 0, 1), "xright 1: must differ from xleft"),
        (lambda: ComplexRegion(0, 1, 0, float("inf")), "yright inf: must be"),
        (lambda: ComplexRegion(0, 1, 0, 1).build(0), "resolution 0"),
        (
            lambda: JuliaDiv(1j).over(ComplexRegion(0, 1, 0, 1), window=(990, 0, 11, 1)),
            "window width 11: starting at 990",
        ),
        (
            lambda: JuliaDiv(1j).over(ComplexRegion(0, 1, 0, 1), window=(-1, 0, 1, 1)),
            "window col -1: must be from 0",
        ),
        (
            lambda: JuliaDiv(1j, engine="gpu", adapter="no such").over(ComplexRegion(0, 1, 0, 1)),
            "adapter no such: none has that name|no adapter found",
        ),
        (
            lambda: JuliaDiv(1j, engine="cpu", adapter="x").over(ComplexRegion(0, 1, 0, 1)),
            "adapter x: is no choice with engine cpu",
        ),
        (
            lambda: JuliaDiv(1j).render(ComplexRegion(0, 1, 0, 1), "x.png", compression="best"),
            "compression best: must be one of fast, balanced, small",
        ),
        (lambda: paint(palette="virids"), "palette virids: .*viridis"),
        (lambda: paint(palette=["red"]), "palette"),
        (lambda: paint(palette=["red", "nocolour"]), "palette nocolour: "),
        (lambda: paint(interior="nocolour"), "interior nocolour: "),
        (lambda: paint(mapping="cubic"), "mapping cubic: must be one of linear, log, sqrt"),
        (lambda: paint(cycles=0), "cycles 0: must be finite and over 0"),
        (lambda: paint(distance=-1.0), "distance -1: must be finite and over 0"),
        (lambda: paint(supersample=17), "supersample 17: must be from 1 to 16"),
        (lambda: paint(depth=12), "depth 12: must be one of 8, 16"),
    ],
)
def test_what_cannot_be_is_a_value_error(make, message):
    with pytest.raises(ValueError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_an_array_larger_than_any_memory():
    square = ComplexRegion(0, 1, 0, 1)
    with pytest.raises(MemoryError):
        JuliaDiv(1j, resolution=2**31 - 1).over(square)
    with pytest.raises(MemoryError):
        square.build(2**31 - 1)


def test_a_file_that_cannot_be_is_an_os_error(region, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        JuliaDiv(1j, resolution=20).render(region, tmp_path / "missing" / "plot.png")
    assert issubclass(juliaset.GpuError, RuntimeError)


VALUES = [
    ComplexRegion(-1.5, 1.5, -1.2, 1.2),
    JuliaDiv(-0.4 + 0.6j),
    JuliaDiv(
        1j, 3.5, (1, 9), 77, engine="gpu", precision="single", adapter="x", threads=3, progress=print
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_are_values(value):
    names = {"ComplexRegion": ComplexRegion, "JuliaDiv": JuliaDiv, "print": print}
    text = repr(value).replace("<built-in function print>", "print")
    for same in [pickle.loads(pickle.dumps(value)), copy.deepcopy(value), eval(text, names)]:
        assert same == value and hash(same) == hash(value) and repr(same) == repr(value)
    others = [other for other in VALUES if other is not value]
    assert all(value != other for other in others)
    assert value != "something else"
    assert len({value, *VALUES}) == len(VALUES)
    with pytest.raises(AttributeError):
        value.resolution = 5


def test_every_argument_counts_for_equality():
    changes = {
        "c_0": 2j, "threshold": 3.0, "n_iterations": (0, 51), "resolution": 9, "engine": "cpu",
        "precision": "double", "adapter": "x", "threads": 1, "progress": True,
    }  # fmt: skip
    for name, value in changes.items():
        assert JuliaDiv(**{"c_0": 1j, name: value}) != JuliaDiv(1j), name


def test_an_adapter_is_a_value():
    """It could not be pickled, and so not sent to another process."""
    wanted = os.environ.get("JULIASET_TEST_ADAPTER")
    found = juliaset.adapters()
    assert found or wanted is None, f"no adapter {wanted}"
    for adapter in found:
        pickles = [pickle.dumps(adapter, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        copies = [copy.copy(adapter), copy.deepcopy(adapter), *map(pickle.loads, pickles)]
        for same in copies:
            assert same == adapter and repr(same) == repr(adapter)
            assert same.precisions == adapter.precisions and same.kind == adapter.kind
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as child:
        assert list(child.map(copy.copy, found)) == found


class Holder:
    """Holds a JuliaDiv that holds it."""

    def __init__(self):
        self.julia = JuliaDiv(1j, progress=self.hear)

    def hear(self, done, total):
        pass


def test_a_cycle_through_progress_is_collected():
    gc.collect()
    for _ in range(20):
        Holder()
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, Holder)]


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_children_of_every_kind_compute(region, method):
    """Arguments and results go through pickles; the parent has used its threads before."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system has no such children")
    julia = JuliaDiv(-0.4 + 0.6j, resolution=120, engine="cpu")
    here, picture = julia.counts(region), julia.render(region, palette="magma", smooth=True)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as children:
        for counts in children.map(julia.counts, [region] * 3, timeout=120):
            np.testing.assert_array_equal(counts, here)
        there = children.submit(julia.render, region, palette="magma", smooth=True).result(timeout=120)
    np.testing.assert_array_equal(there.pixels, picture.pixels)
    assert there.job == picture.job


def counts_in_child(region):
    return JuliaDiv(-0.4 + 0.6j, resolution=200, engine="cpu").counts(region)


def test_a_fork_has_threads_of_its_own(region):
    """A child used to wait for the threads of its parent, which a fork does not copy."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot fork")
    here = counts_in_child(region)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        there = pool.map_async(counts_in_child, [region] * 4).get(timeout=60)
    for counts in there:
        np.testing.assert_array_equal(counts, here)

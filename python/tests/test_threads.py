"""Many threads at once, with and without a lock of the interpreter."""

import os
import pickle
import subprocess
import sys
import sysconfig
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv, View

IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
THREADS = 8


@pytest.fixture
def often():
    """Where there is a lock, threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_the_lock_stays_as_it_was():
    """A module that does not say that it needs none has it switched on for the whole process."""
    program = "import sys, juliaset; print(getattr(sys, '_is_gil_enabled', lambda: True)())"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, env=environment
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.split() == [str(not IS_FREE_THREADED)]


class Hear:
    """A callback that keeps of how many pixels each call was."""

    def __init__(self):
        self.totals = []

    def __call__(self, done, total):
        assert 0 < done <= total
        if done == total:
            self.totals.append(total)

    def __reduce__(self):
        return "HEAR"


HEAR = Hear()


def engines():
    """The processor, and the adapter of the tests."""
    yield {"engine": "cpu"}
    yield {"engine": "cpu", "threads": 1}
    if wanted := os.environ.get("JULIASET_TEST_ADAPTER"):
        yield {"engine": "gpu", "adapter": wanted}


def all_of(julia, area):
    """What a JuliaDiv can be asked for, as arrays and texts that can be compared."""
    picture = julia.render(area, palette="magma", smooth=True, supersample=2, adaptive=True)
    counts = julia.counts(area, origin="upper")
    return [
        counts, julia.over(area), julia.smooth(area), julia.distances(area, window=(3, 5, 40, 30)),
        picture.pixels, picture.rgb, np.frombuffer(picture.png(), np.uint8), area.build(julia.resolution),
        julia.render(area, counts=counts.T, mapping="histogram").pixels,
        np.array([repr(julia), repr(area), picture.job, repr(julia.extent(area, relative=True)), repr(julia.iterations(area))]),
        np.array([hash(julia), hash(area)]),
        np.array([pickle.loads(pickle.dumps(julia)) == julia, julia.progress is not None]),
    ]  # fmt: skip


@pytest.mark.parametrize("how", [*engines()], ids=str)
@pytest.mark.parametrize("area", [ComplexRegion(-1.5, 1.5, -1.2, 1.2), View("0.1", "0.2", "1e-30")], ids=str)
def test_threads_share_one_of_everything(how, area, often):
    """One map, one region, one callback, and the engine that is kept for it, from many threads at once."""
    HEAR.totals.clear()
    julia = JuliaDiv(1j, n_iterations=(0, "auto"), resolution=120, progress=HEAR, **how)
    expected = all_of(julia, area)
    alone = sorted(HEAR.totals)
    HEAR.totals.clear()
    # As many engines of a GPU are kept as there are threads then, once they are open.
    count, rounds = (4, 2) if how["engine"] == "gpu" else (THREADS, 3)
    start = threading.Barrier(count)

    def work(_):
        start.wait()
        return [all_of(julia, area) for _ in range(rounds)]

    with ThreadPoolExecutor(count) as threads:
        found = [values for each in threads.map(work, range(count)) for values in each]
    assert len(found) == count * rounds
    for values in found:
        for here, right in zip(values, expected, strict=True):
            np.testing.assert_array_equal(here, right)
    # Every call is heard to its end.
    assert alone and sorted(HEAR.totals) == sorted(alone * len(found))


def test_pools_of_other_sizes_in_turn(often):
    """One pool is kept, and each call here wants another one than the last."""
    region = ComplexRegion(-1.5, 1.5, -1.2, 1.2)
    expected = JuliaDiv(-0.4 + 0.6j, resolution=150).counts(region)
    with ThreadPoolExecutor(THREADS) as threads:
        sizes = [1 + index % 3 for index in range(60)]
        for counts in threads.map(lambda n: JuliaDiv(-0.4 + 0.6j, resolution=150, threads=n).counts(region), sizes):
            np.testing.assert_array_equal(counts, expected)

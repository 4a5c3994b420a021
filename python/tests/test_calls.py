"""Calls: progress, threads, interruption, and what they leave behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import juliaset
import numpy as np
import psutil
import pytest
from juliaset import ComplexRegion, JuliaDiv

def test_progress_hears_how_far_it_is(region):
    heard = []
    julia = JuliaDiv(
        -0.4 + 0.6j, resolution=3000, progress=lambda *now: heard.append(now), engine="cpu"
    )
    julia.over(region)
    done, totals = zip(*heard)
    assert set(totals) == {3000 * 2400}
    assert list(done) == sorted(set(done))
    assert done[-1] == 3000 * 2400


def test_what_progress_raises_ends_the_call(region):
    class Enough(Exception):
        pass

    def hear(done, total):
        raise Enough

    with pytest.raises(Enough):
        JuliaDiv(-0.4 + 0.6j, resolution=3000, progress=hear, engine="cpu").over(region)


def test_a_bar_of_tqdm(region, capsys):
    pytest.importorskip("tqdm")
    JuliaDiv(-0.4 + 0.6j, progress=True).over(region)
    assert "100%" in capsys.readouterr().err


def test_a_bar_of_ones_own(region):
    """One bar for several calls, and with a description: tqdm's own class was made into a callable by hand."""
    tqdm = pytest.importorskip("tqdm")
    with tqdm.tqdm(desc="mine", file=open(os.devnull, "w"), unit="px") as bar:
        julia = JuliaDiv(-0.4 + 0.6j, progress=bar, engine="cpu")
        for _ in range(2):
            julia.counts(region)
            assert bar.n == bar.total == 1000 * 800
        assert julia.progress is bar


def test_without_tqdm_a_bar_is_an_import_error(region, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="tqdm is not installed"):
        JuliaDiv(-0.4 + 0.6j, progress=True).over(region)


def test_threads_change_nothing(region, tmp_path):
    julia = {"c_0": -0.4 + 0.6j, "n_iterations": (0, 300), "resolution": 700}
    expected = JuliaDiv(**julia).counts(region)
    JuliaDiv(**julia).render(region, tmp_path / "all.png")
    for threads in (1, 2, 7):
        same = JuliaDiv(**julia, threads=threads)
        np.testing.assert_array_equal(same.counts(region), expected)
        # One thread must do for the engine and for the encoder.
        same.render(region, tmp_path / "some.png")
        assert (tmp_path / "some.png").read_bytes() == (tmp_path / "all.png").read_bytes()


def test_calls_at_the_same_time(region):
    """Each with its own pool, or with the same; the lock of the interpreter is free meanwhile."""
    julias = [JuliaDiv(c, resolution=800) for c in (-0.4 + 0.6j, 1j, 0.285 + 0.01j)]
    julias += [JuliaDiv(-0.4 + 0.6j, resolution=800, threads=n) for n in (1, 2, 3)]
    expected = [julia.counts(region) for julia in julias]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda julia: julia.counts(region), julias * 3))
    for counts, right in zip(found, expected * 3):
        np.testing.assert_array_equal(counts, right)


def test_python_runs_meanwhile():
    """On a busy machine this thread may not have a turn in a short call: it is longer, then."""

    def ticks(itermax):
        ticks = 0
        ended = threading.Event()

        def call():
            julia = JuliaDiv(-2, 2.5, (0, itermax), 2000, engine="cpu", precision="double")
            julia.over(ComplexRegion(-2, 2, 0, 2e-3))
            ended.set()

        thread = threading.Thread(target=call)
        thread.start()
        while not ended.wait(0.001):
            ticks += 1
        thread.join()
        return ticks

    # No point of the one row, on the segment [-2, 2], escapes: from 0.1 s of work on to some minutes.
    assert any(ticks(2**bits) > 3 for bits in (16, 20, 22, 24, 26))


# An hour of work: the orbits on the segment [-2, 2] stay there, and no cycle attracts them.
# Ctrl-C works even if a shell in the background has had it ignored.
INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from juliaset import ComplexRegion, JuliaDiv
julia = JuliaDiv(-2, 2.5, (0, 2**31), 20_000, engine="cpu", precision="double")
region = ComplexRegion(-2, 2, -1e-3, 1e-3)
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    print(JuliaDiv(1j, resolution=30).over(ComplexRegion(0, 1, 0, 1)).shape, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent so there")
@pytest.mark.parametrize("call", ["julia.over(region)", "julia.render(region, sys.argv[1])"])
def test_control_c_is_heard(call, tmp_path):
    path = tmp_path / "plot.png"
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(call=call), path],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "ready\n"
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        assert child.stdout.readline() == "(30, 30)\n"
    assert child.returncode == 0
    assert not list(tmp_path.iterdir())


def test_a_thousand_calls_leave_nothing_behind(region, tmp_path):
    process = psutil.Process(os.getpid())
    julia = JuliaDiv(-0.4 + 0.6j, resolution=64, progress=lambda done, total: None)

    def calls(count):
        for i in range(count):
            julia.over(region)
            julia.counts(region, window=(i % 32, 0, 32, 20))
            julia.render(region, tmp_path / "plot.png")
            region.build(64)
            with pytest.raises(ValueError):
                JuliaDiv(1j, 0.0)
        return process.memory_info().rss

    before = calls(200)
    after = calls(1000)
    # One array of these is 26 KB: a thousand lost ones would be seen.
    assert after - before < 4 << 20
    assert process.num_threads() < 64


def test_the_version_is_a_version():
    assert [int(number) for number in juliaset.__version__.split(".")]

"""The headline job's array in Python, beside what numba makes of the same loop, in one run.

    pip install ./python numba
    python benches/python_peers.py [RUNS]

Prints a table in Markdown. The Rust call is timed by `cargo bench --bench over`. Every row's values
are compared with those of the first.
"""

import subprocess
import sys
import time
from pathlib import Path

import juliaset
import numba
import numpy as np

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
C, THRESHOLD, ITERATIONS, RESOLUTION = -0.835 - 0.2321j, 2.0, (20, 100), 4000
REGION = juliaset.ComplexRegion(-0.1, 0.1, 0.1, -0.1)


@numba.njit(inline="always")
def value(re, im, c_re, c_im, limit, itermin, itermax):
    count = itermax
    for i in range(itermax):
        re, im = re * re - im * im + c_re, re * im + im * re + c_im
        if re * re + im * im >= limit:
            count = i
            break
    return (max(count, itermin) - itermin) / (itermax - itermin)


@numba.vectorize(["float64(complex128, complex128, float64, int64, int64)"])
def vectorised(z, c, limit, itermin, itermax):
    return value(z.real, z.imag, c.real, c.imag, limit, itermin, itermax)


@numba.njit("float64[:,:](complex128[:,:], complex128, float64, int64, int64)", parallel=True)
def parallel(points, c, limit, itermin, itermax):
    values = np.empty(points.shape)
    for i in numba.prange(points.shape[0]):
        for j in range(points.shape[1]):
            z = points[i, j]
            values[i, j] = value(z.real, z.imag, c.real, c.imag, limit, itermin, itermax)
    return values


def ours(**how):
    julia = juliaset.JuliaDiv(C, THRESHOLD, ITERATIONS, RESOLUTION, engine="cpu", **how)
    return lambda: julia.over(REGION)


def numbas(function):
    # Its users have the points already: their making is not timed.
    points = REGION.build(RESOLUTION)
    return lambda: function(points, C, THRESHOLD**2, *ITERATIONS)


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def resident():
    """The most memory, in MB, of a Python that imports numpy and computes the array once."""
    call = f"juliaset.JuliaDiv({C}, {THRESHOLD}, {ITERATIONS}, {RESOLUTION}, engine='cpu')"
    program = f"""
import juliaset
values = {call}.over(juliaset.{REGION})
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(most.split()[1]) * 1024 / 1e6, values.nbytes / 1e6)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return map(float, done.stdout.split())


def rust():
    """Seconds of the Rust call."""
    command = ["cargo", "bench", "--quiet", "--bench", "over", "--", "cpu", "1"]
    folder = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return float(done.stdout)


RUST = "the Rust call, exact"
ROWS = {
    "numba `@vectorize`, one thread": lambda: numbas(vectorised),
    "numba `@njit(parallel=True)`": lambda: numbas(parallel),
    "`JuliaDiv.over`, exact": lambda: ours(),
    "`JuliaDiv.over`, exact, one thread": lambda: ours(threads=1),
    "`JuliaDiv.over`, double": lambda: ours(precision="double"),
    "`JuliaDiv.over`, double, one thread": lambda: ours(precision="double", threads=1),
    "`JuliaDiv.over`, single": lambda: ours(precision="single"),
}

if __name__ == "__main__":
    calls = {name: make() for name, make in ROWS.items()}
    first = ours()()
    wrong = {name: np.count_nonzero(call() != first) for name, call in calls.items()}
    rust()
    times = {name: [] for name in [*calls, RUST]}
    for _ in range(RUNS):
        # In turn, so that what else the machine does meets all of them.
        for name, call in calls.items():
            times[name].append(seconds(call))
        times[RUST].append(rust())
    best = {name: min(measured) for name, measured in times.items()}
    slowest = best["numba `@vectorize`, one thread"]
    print("| | seconds | times as fast | other values |\n|---|---|---|---|")
    for name, least in best.items():
        print(f"| {name} | {least:.3f} | {slowest / least:.1f} | {wrong.get(name, 0)} |")
    print(f"\nexact, Python / Rust: {best['`JuliaDiv.over`, exact'] / best[RUST]:.2f}")
    most, result = resident()
    print(f"resident: {most:.0f} MB, of which {result:.0f} MB are the result")

"""A picture from several processes, with nothing but `concurrent.futures` and Zarr: counts in an array, then a PNG.

    python futures.py [FILE.png]

Each block lies on the lattice of the whole region, so that the array is, bit for bit, that of one process.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import juliaset
import zarr

BLOCK = 256

julia = juliaset.JuliaDiv(-0.8 + 0.156j, n_iterations=(0, 1000), resolution=1200, engine="cpu", threads=1)
region = juliaset.ComplexRegion(-1.6, 1.6, -1.0, 1.0)


def block(store, window):
    """Computes a block, in another process, and puts it into its chunk of the array."""
    left, top, width, height = window
    counts = julia.counts(region, window, origin="upper").T
    zarr.open_array(store, mode="r+")[top : top + height, left : left + width] = counts


def main(path):
    width, height = julia.shape(region)
    store = path.with_suffix(".zarr")
    zarr.create_array(store, shape=(height, width), chunks=(BLOCK, BLOCK), dtype="uint32", overwrite=True)
    windows = [
        (left, top, min(BLOCK, width - left), min(BLOCK, height - top))
        for top, left in product(range(0, height, BLOCK), range(0, width, BLOCK))
    ]
    with ProcessPoolExecutor() as processes:
        for _ in processes.map(block, [store] * len(windows), windows):
            pass
    # The array is read part by part: it can be larger than the memory.
    counts = zarr.open_array(store, mode="r")
    julia.render(region, path, counts=counts, palette="twilight", mapping="log", interior="black")
    print(f"{width} × {height} counts in {store}, and {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "futures.png"))

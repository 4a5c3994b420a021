"""A picture from several machines: dask has blocks of it computed, and puts them into a Zarr array; then a PNG.

    python cluster.py                      # two workers on this machine
    python cluster.py tcp://10.0.0.1:8786  # the workers of that scheduler

Each block lies on the lattice of the whole region, bit for bit, so that the array is the one that a
single machine computes. The workers need juliaset, and a file system in common.
"""

import sys
from pathlib import Path

import dask.array as da
import numpy as np
import zarr
from distributed import Client, LocalCluster
from juliaset import ComplexRegion, JuliaDiv


def block(julia, region, block_info):
    """The counts of one block of the picture."""
    (top, bottom), (left, right) = block_info[None]["array-location"]
    return julia.counts(region, window=(left, top, right - left, bottom - top), origin="upper").T


def counts(julia: JuliaDiv, region: ComplexRegion, side: int = 2048) -> da.Array:
    """The counts of the picture of `region` as a lazy array, (height, width), in square blocks."""
    width, height = julia.shape(region)
    chunks = da.core.normalize_chunks((side, side), (height, width))
    like = np.empty((0, 0), np.uint32)
    return da.map_blocks(block, julia=julia, region=region, chunks=chunks, meta=like)


def main(address, julia: JuliaDiv, region: ComplexRegion, store: Path) -> None:
    """Fills the array in `store`, and makes the picture beside it."""
    with Client(address):
        counts(julia, region).to_zarr(store, overwrite=True)
    # The array is read part by part: it can be larger than the memory.
    array, path = zarr.open_array(store, mode="r"), store.with_suffix(".png")
    julia.render(region, path, counts=array, palette="twilight", mapping="log", interior="black")
    print(f"{array.shape} counts in {store}, and {path}")


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else LocalCluster(n_workers=2, threads_per_worker=1)
    # A worker for every core: one thread each. With a worker for every machine, leave it out.
    julia = JuliaDiv(-0.8 + 0.156j, n_iterations=(0, 1000), resolution=8192, threads=1)
    main(address, julia, ComplexRegion(-1.6, 1.6, -1.0, 1.0), Path("julia.zarr").absolute())

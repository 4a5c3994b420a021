"""A picture from several machines: dask has tiles of it computed, and puts them into a Zarr array.

    python cluster.py                      # two workers on this machine
    python cluster.py tcp://10.0.0.1:8786  # the workers of that scheduler

Each tile lies on the lattice of the whole region, bit for bit, so that the array is the one that a
single machine computes. The workers need juliaset, and a file system in common.
"""

import sys
from pathlib import Path

import dask.array as da
import numpy as np
from distributed import Client, LocalCluster
from juliaset import ComplexRegion, JuliaDiv


def tile(julia, region, block_info):
    """The counts of one block."""
    (left, right), (first, last) = block_info[None]["array-location"]
    return julia.counts(region, window=(left, first, right - left, last - first))


def counts(julia: JuliaDiv, region: ComplexRegion, tile_side: int = 2048) -> da.Array:
    """The counts of `region` as a lazy array, in square blocks."""
    shape = julia.shape(region)
    chunks = da.core.normalize_chunks((tile_side, tile_side), shape)
    like = np.empty((0, 0), np.uint32)
    return da.map_blocks(tile, julia=julia, region=region, chunks=chunks, meta=like)


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else LocalCluster(n_workers=2, threads_per_worker=1)
    store = Path("julia.zarr").absolute()
    with Client(address):
        # A worker for every core: one thread each. With a worker for every machine, leave it out.
        julia = JuliaDiv(-0.8 + 0.156j, n_iterations=(0, 1000), resolution=8192, threads=1)
        region = ComplexRegion(-1.6, 1.6, -1.0, 1.0)
        counts(julia, region).to_zarr(store, overwrite=True)
    print(f"{julia.shape(region)} counts in {store}")

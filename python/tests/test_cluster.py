"""More than one machine: tiles from two worker processes, put together in one Zarr array."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv

EXAMPLE = Path(__file__).parent.parent / "examples" / "cluster.py"


def test_tiles_from_two_workers_are_the_whole(tmp_path):
    distributed = pytest.importorskip("distributed")
    zarr = pytest.importorskip("zarr")
    example = runpy.run_path(str(EXAMPLE))
    region = ComplexRegion(-1.5, 1.5, -1.2, 1.2)
    julia = JuliaDiv(-0.835 - 0.2321j, 2.0, (0, 300), 500)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster, distributed.Client(cluster) as client:
        assert len(client.nthreads()) == 2
        example["counts"](julia, region, 128).to_zarr(tmp_path / "julia.zarr")
    array = zarr.open_array(tmp_path / "julia.zarr", mode="r")
    assert array.shape == (500, 400) and array.chunks == (128, 128)
    assert array.dtype == np.uint32
    np.testing.assert_array_equal(array[:], julia.counts(region))

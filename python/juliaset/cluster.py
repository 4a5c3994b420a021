"""One picture from many processes or machines: `python -m juliaset.cluster`.

    python -m juliaset.cluster -R 100000 -M 2000 --palette magma -o big.png
    python -m juliaset.cluster --scheduler tcp://10.0.0.1:8786 --store /shared/big.zarr -R 100000 -o big.png

Its options are those of `juliaset`, and some for the cluster; `--help` has them. Blocks of the picture are computed by the
workers of a dask cluster, and kept in a Zarr array: the escape counts, or pixels where a picture needs more than
counts. In the end they become the picture's file. The same command goes on after an interruption, whatever it was that
ended: blocks that are finished are not computed again, and those of a worker that is lost go to another.

In a program, `create`, `compute` and `save` are its three steps. This module needs `pip install juliaset[cluster]`.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn

import numpy as np
import zarr
from distributed import Client, Future, LocalCluster, as_completed
from zarr.codecs import ZstdCodec
from zarr.errors import ContainsArrayError

from ._juliaset import ComplexRegion, JuliaDiv, View, cluster_line
from ._juliaset import save as save_pixels

__all__ = ["compute", "create", "save", "unfinished"]

# Blocks that wait for each thread of the cluster, beside the one that it computes.
AHEAD = 2
# Keywords of a tone that no pixel depends on: they are of the file alone.
OF_FILES = frozenset({"compression", "dpi", "metadata", "pyramid"})


def create(
    store: str | os.PathLike[str],
    julia: JuliaDiv,
    region: ComplexRegion | View,
    tone: dict[str, Any] | None = None,
    *,
    values: Literal["counts", "pixels"] | None = None,
    block: int = 1024,
    job: str = "",
) -> zarr.Group:
    """Opens the Zarr group `store` of a picture, or makes it; what is there of the same picture is kept.

    `tone` has keywords of `JuliaDiv.render`. The group has an array `counts` (uint32, shape `(height, width)`), or `pixels`
    (as `Picture.pixels`), in chunks of `block` × `block`, the top row first, and an array `finished` with 1 for each block that
    is there. `values` is which of the two; `None` is counts if these are enough. `job` says how the picture is made.

    Raises `ValueError` if `store` has another picture, or the tone cannot be had of these values.
    """
    tone = {name: value for name, value in (tone or {}).items() if name not in OF_FILES}
    # What is wrong with it is not left to the end, which may be days away.
    JuliaDiv(0, resolution=1, engine="cpu").render(ComplexRegion(0, 1, 0, 1), **tone)
    needs_pixels = tone.get("smooth") or tone.get("distance") is not None or tone.get("supersample", 1) > 1
    if values is None:
        values = "pixels" if needs_pixels else "counts"
    if values == "pixels" and tone.get("mapping") == "histogram" and tone.get("histogram") is None:
        raise ValueError("mapping histogram: needs the counts of the whole picture; take values counts")
    itermin, itermax = julia.iterations(region)
    settled = JuliaDiv(julia.constant, julia.threshold, (itermin, itermax), julia.resolution, precision=julia.precision)
    # What the values depend on, and the tone is a part of pixels alone.
    identity: dict[str, Any] = {"values": values, "block": block, "map": repr(settled), "region": repr(region)}
    if values == "pixels":
        identity["tone"] = repr(sorted(tone.items()))
    width, height = julia.shape(region)
    shape: tuple[int, ...] = (height, width)
    dtype: np.dtype[Any] = np.dtype(np.uint32)
    if values == "pixels":
        pixel = settled.render(region, window=(0, 0, 1, 1), **tone).pixels
        shape, dtype = shape + pixel.shape[2:], pixel.dtype
    group = _open(store)
    there: Any = group.attrs.get("juliaset")
    with _readable(store):
        is_empty = group.metadata.zarr_format == 3 and not list(group.members())
    if there is None and not is_empty:
        raise ValueError(f"store {store}: is of another program")
    if there is not None and there != identity:
        differing = [name for name in {**identity, **there} if identity.get(name) != there.get(name)]
        raise ValueError(f"store {store}: has another picture (another {', '.join(differing)}); take another store, or remove it")
    # Each step can be the last one of a process that is killed.
    if there is None:
        group.attrs.update({"juliaset": identity, "job": job})
    of_values: dict[str, Any] = {
        "shape": shape, "dtype": dtype, "chunks": (block, block, *shape[2:]),
        "dimension_names": ("y", "x", "color")[: len(shape)],
        # With a sum of each chunk: one that is damaged is seen.
        "compressors": ZstdCodec(level=0, checksum=True),
    }  # fmt: skip
    blocks = (-(-height // block), -(-width // block))
    of_finished: dict[str, Any] = {"shape": blocks, "dtype": np.dtype(np.uint8), "chunks": (1, 1), "compressors": None}
    for name, how in [(values, of_values), ("finished", of_finished)]:
        with _readable(store):
            array = group.get(name)
        if array is None:
            array = group.create_array(name, fill_value=0, **how)
        if not isinstance(array, zarr.Array) or any(getattr(array, what) != how[what] for what in ["shape", "dtype", "chunks"]):
            raise ValueError(f"store {store}: is damaged, its array {name} is another one; take another store, or remove it")
    return group


def _open(store: str | os.PathLike[str]) -> zarr.Group:
    """The group that is there, or a new one."""
    try:
        with _readable(store):
            return zarr.open_group(store, mode="r+")
    except (FileNotFoundError, FileExistsError):
        if _is_of_another(store):
            raise ValueError(f"store {store}: is there, and is not a Zarr group") from None
        # What is there is kept, whatever it is.
        return zarr.open_group(store, mode="a")


@contextmanager
def _readable(store: str | os.PathLike[str]) -> Iterator[None]:
    """Says of which store it is that Zarr cannot read something."""
    try:
        yield
    except ContainsArrayError:
        raise ValueError(f"store {store}: is a Zarr array, not a group") from None
    except FileNotFoundError:
        # Zarr has a class of its own for it, which is a ValueError, too.
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"store {store}: is damaged, or not a Zarr group: {error}") from error


def _is_of_another(store: str | os.PathLike[str]) -> bool:
    path = Path(store)
    # A process that was killed can have left the beginning of a file.
    return path.is_file() or (path.is_dir() and any(not file.name.endswith(".partial") for file in path.iterdir()))


def unfinished(group: zarr.Group) -> list[tuple[int, int]]:
    """The blocks that are not finished, by row and column."""
    return [(int(row), int(column)) for row, column in np.argwhere(_array(group, "finished")[:] == 0)]


def _array(group: zarr.Group, name: str) -> zarr.Array[Any]:
    array = group[name]
    assert isinstance(array, zarr.Array)
    return array


def _values(group: zarr.Group) -> zarr.Array[Any]:
    return _array(group, "counts" if "counts" in group else "pixels")


def _lose(group: zarr.Group) -> int:
    """Has finished blocks whose chunk is not there computed again, and says how many they are: Zarr reads zeros there."""
    array, finished = _values(group), _array(group, "finished")
    if array.nchunks_initialized == array.nchunks:
        return 0
    lost = 0
    for row, column in np.argwhere(finished[:] == 1):
        left, top, width, height = _window(group, int(row), int(column))
        try:
            is_lost = not np.any(array[top : top + height, left : left + width])
        except (RuntimeError, ValueError):
            continue  # A chunk that is damaged is seen when it is used.
        if is_lost:
            finished[row, column] = 0
            lost += 1
    return lost


def _window(group: zarr.Group, row: int, column: int) -> tuple[int, int, int, int]:
    """A block as a window: its first column and row, its width and height."""
    array = _values(group)
    (height, width), side = array.shape[:2], array.chunks[0]
    left, top = column * side, row * side
    return left, top, min(side, width - left), min(side, height - top)


def _compute_block(
    store: str, julia: JuliaDiv, region: ComplexRegion | View, tone: dict[str, Any], row: int, column: int
) -> tuple[int, int]:
    """Computes a block, on a worker, and puts it into the store."""
    group = zarr.open_group(store, mode="r+")
    left, top, width, height = window = _window(group, row, column)
    if "counts" in group:
        values: Any = julia.counts(region, window, origin="upper").T
    else:
        values = julia.render(region, window=window, **tone).pixels
    # A block of zeros has a chunk, too: one that is not there is lost.
    array = _values(group).with_config({"write_empty_chunks": True})
    array[top : top + height, left : left + width] = values
    # Only then: a worker that ends before leaves a block that is not finished.
    _array(group, "finished")[row, column] = 1
    return row, column


def compute(
    client: Client,
    store: str | os.PathLike[str],
    julia: JuliaDiv,
    region: ComplexRegion | View,
    tone: dict[str, Any] | None = None,
    *,
    progress: Callable[[int, int], object] | None = None,
) -> None:
    """Has the workers of `client` compute the blocks of `store` that are not finished, each a task that writes it there.

    `julia`, `region` and `tone` are those of `create`. The workers need juliaset, and the store where they can write it. Each block
    is computed by one thread, unless `julia` has `threads`. `progress` is called with `(finished, blocks)`.

    A worker that is lost has its blocks computed by another. Raises what a block raises, and `distributed.KilledWorker` for one
    that ended several workers; blocks that are finished stay.
    """
    store = os.fspath(store)
    if "://" not in store:
        store = str(Path(store).absolute())
    group = zarr.open_group(store, mode="r+")
    blocks, total = iter(unfinished(group)), _array(group, "finished").size
    done = total - len(unfinished(group))
    if progress is not None:
        progress(done, total)
    worker = JuliaDiv(
        julia.constant, julia.threshold, julia.iterations(region), julia.resolution, engine=julia.engine,
        precision=julia.precision, adapter=julia.adapter, threads=julia.threads or 1,
    )  # fmt: skip
    tone = {name: value for name, value in (tone or {}).items() if name not in OF_FILES}

    def submit(block: tuple[int, int]) -> Future:
        return client.submit(_compute_block, store, worker, region, tone, *block, pure=False)

    def start() -> Iterator[Future]:
        threads = max(1, sum(client.nthreads().values()))
        for _, block in zip(range((1 + AHEAD) * threads), blocks):
            yield submit(block)

    pending = set(start())
    running = as_completed(pending)
    try:
        for future in running:
            pending.discard(future)
            future.result()
            done += 1
            if progress is not None:
                progress(done, total)
            for _, block in zip(range(1), blocks):
                following = submit(block)
                pending.add(following)
                running.add(following)
    except BaseException:
        client.cancel(list(pending), force=True)
        raise


class _Strips:
    """The values of a group, of which a row of blocks is kept: the file is written a few rows at a time."""

    def __init__(self, group: zarr.Group) -> None:
        self.group, self.array = group, (array := _values(group))
        self.shape, self.dtype = array.shape, array.dtype
        self.first, self.strip = 0, np.empty((0,), array.dtype)

    def __getitem__(self, place: slice | tuple[slice, slice]) -> Any:
        rows, columns = place if isinstance(place, tuple) else (place, slice(None))
        side = self.array.chunks[0]
        parts = []
        for first in range(rows.start - rows.start % side, rows.stop, side):
            if first != self.first or not len(self.strip):
                self.first, self.strip = first, self._row_of_blocks(first // side)
            parts.append(self.strip[max(rows.start - first, 0) : rows.stop - first, columns])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _row_of_blocks(self, row: int) -> Any:
        side, finished = self.array.chunks[0], _array(self.group, "finished")
        rows = slice(row * side, (row + 1) * side)
        try:
            return np.asarray(self.array[rows])
        except (RuntimeError, ValueError):
            damaged = [column for column in range(finished.shape[1]) if self._is_damaged(rows, column)]
            if not damaged:
                raise
            for column in damaged:
                finished[row, column] = 0
            raise RuntimeError(
                f"store: {len(damaged)} blocks of the row {row} are damaged, and not finished any more; the same command "
                "computes them again"
            ) from None

    def _is_damaged(self, rows: slice, column: int) -> bool:
        side = self.array.chunks[0]
        try:
            self.array[rows, column * side : (column + 1) * side]
        except (RuntimeError, ValueError):
            return True
        return False


def save(
    group: zarr.Group,
    julia: JuliaDiv,
    region: ComplexRegion | View,
    path: str | os.PathLike[str],
    tone: dict[str, Any] | None = None,
) -> None:
    """Writes the picture of a group that is finished into the file `path`; what it ends with is the format.

    Counts are coloured by `tone`, which may be another one than that of `create`. A row of blocks is in memory.

    Raises `ValueError` if blocks are missing, and `RuntimeError` if some are damaged or lost, which are not finished any more then.
    """
    missing = len(unfinished(group))
    if missing:
        raise ValueError(f"store: {missing} blocks are not finished")
    lost = _lose(group)
    if lost:
        raise RuntimeError(f"store: {lost} blocks are lost, and not finished any more; the same command computes them again")
    tone, values = tone or {}, _Strips(group)
    if "counts" in group:
        julia.render(region, path, counts=values, **tone)
    else:
        job = str(group.attrs.get("job", "")) if tone.get("metadata", True) else ""
        save_pixels(path, values, tone.get("compression", "balanced"), job, tone.get("dpi"), tone.get("pyramid", False))


def _bar(quiet: bool) -> Callable[[int, int], None]:
    """Prints how far it is, on a terminal."""

    def show(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} blocks", end=end, file=sys.stderr, flush=True)

    is_shown = sys.stderr.isatty() and not quiet
    return show if is_shown else lambda done, total: None


def _local(workers: int) -> LocalCluster:
    """Worker processes, which a terminal's Ctrl-C does not reach: it is this process that ends them."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, handler)


def main() -> NoReturn:
    """Runs the command line that the process was given, and ends the process."""
    julia, region, tone, job, line = cluster_line(["juliaset.cluster", *sys.argv[1:]])
    output, local = line["output"], line["scheduler"] == "local"
    store = line["store"] or f"{output}.zarr"

    def say(text: str) -> None:
        if not line["quiet"]:
            print(f"juliaset.cluster: {text}", file=sys.stderr)

    code = 0
    try:
        if str(output).lower().endswith(".exr"):
            raise ValueError(f"output {output}: must be a format of pixels, or .npy for counts")
        group = create(store, julia, region, tone, values=line["values"], block=line["block"], job=job)
        left, total = len(unfinished(group)), _array(group, "finished").size
        if left < total:
            say(f"{store}: {total - left} of {total} blocks are finished")
        if left:
            cluster = _local(line["workers"] or os.cpu_count() or 1) if local else None
            try:
                with Client(cluster or line["scheduler"]) as client:
                    compute(client, store, julia, region, tone, progress=_bar(line["quiet"]))
            finally:
                if cluster is not None:
                    cluster.close()
        save(group, julia, region, output, tone)
        say(f"{output}: {' × '.join(map(str, julia.shape(region)))} pixels, of {store}")
    except KeyboardInterrupt:
        say(f"interrupted; the same command goes on with what is in {store}")
        code = 130
    except (ValueError, TypeError) as error:
        print(f"juliaset.cluster: {_line(error)}", file=sys.stderr)
        code = 2
    except Exception as error:
        print(f"juliaset.cluster: {_line(error)}", file=sys.stderr)
        code = 1
    sys.exit(code)


def _line(error: Exception) -> str:
    return " ".join(f"{error}".split()) or type(error).__name__


if __name__ == "__main__":
    main()

"""More than one machine: blocks from worker processes, some of which are killed, put together in one Zarr array."""

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from juliaset import ComplexRegion, JuliaDiv, View
from PIL import Image

distributed = pytest.importorskip("distributed")
zarr = pytest.importorskip("zarr")
cluster = pytest.importorskip("juliaset.cluster")

EXAMPLE = Path(__file__).parent.parent / "examples" / "cluster.py"
REGION = ComplexRegion(-1.5, 1.5, -1.2, 1.2)
JULIA = JuliaDiv(-0.835 - 0.2321j, 2.0, (0, 300), 500, engine="cpu")
LINE = "-r=-0.835 -i=-0.2321 -m=0 -M=300 -x=-1.5 -X=1.5 -y=-1.2 -Y=1.2 -R=500 --engine=cpu".split()


def run(folder, *arguments, **how):
    """Starts the program, in a group of processes of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "juliaset.cluster", *arguments], cwd=folder, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True, preexec_fn=None if sys.platform == "win32" else heed_interrupts, **how,
    )  # fmt: skip


def heed_interrupts():
    """What a shell starts in the background has Ctrl-C ignored, and so would all that the tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(store):
    try:
        return int(np.count_nonzero(zarr.open_group(store, mode="r")["finished"][:]))
    except (FileNotFoundError, KeyError):
        return 0


def chunks(store):
    """When each chunk of the values was written."""
    files = [path for path in (store / "counts" / "c").rglob("*") if path.is_file()]
    return {path.relative_to(store): path.stat().st_mtime_ns for path in files if ".partial" not in path.name}


@pytest.fixture(scope="module")
def workers():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as local, distributed.Client(local) as client:
        yield client


def test_tiles_from_two_workers_are_the_whole(tmp_path, workers):
    example = runpy.run_path(str(EXAMPLE))
    julia = JuliaDiv(-0.835 - 0.2321j, 2.0, (0, 300), 500)
    assert len(workers.nthreads()) == 2
    example["counts"](julia, REGION, 128).to_zarr(tmp_path / "julia.zarr")
    array = zarr.open_array(tmp_path / "julia.zarr", mode="r")
    assert array.shape == (400, 500) and array.chunks == (128, 128)
    assert array.dtype == np.uint32
    np.testing.assert_array_equal(array[:], julia.counts(REGION, origin="upper").T)


def test_the_example_ends_with_an_array_and_a_picture(tmp_path, workers, capsys):
    example = runpy.run_path(str(EXAMPLE))
    example["main"](workers.scheduler.address, JULIA, REGION, tmp_path / "julia.zarr")
    assert capsys.readouterr().out.startswith("(400, 500) counts in ")
    picture = JULIA.render(REGION, palette="twilight", mapping="log", interior="black")
    with Image.open(tmp_path / "julia.png") as read:
        np.testing.assert_array_equal(np.asarray(read.convert("RGB")), picture.pixels)


def test_a_worker_that_is_killed_leaves_no_gap(tmp_path, workers):
    """Killed as the system does it to who takes too much memory, with two blocks on its way."""
    store, heard = tmp_path / "x.zarr", []

    def kill(done, total):
        heard.append((done, total))
        if done == 5:
            worker = next(iter(workers.run(os.getpid).values()))
            os.kill(worker, signal.SIGKILL)

    group = cluster.create(store, JULIA, REGION, block=64)
    cluster.compute(workers, store, JULIA, REGION, progress=kill)
    assert heard == [(done, 56) for done in range(57)]
    assert cluster.unfinished(group) == []
    np.testing.assert_array_equal(group["counts"][:], JULIA.counts(REGION, origin="upper").T)


TONES = {
    "counts": {"palette": "magma", "mapping": "histogram", "interior": "black"},
    "gray": {"compression": "fast"},
    "smooth": {"palette": "twilight", "smooth": True, "cycles": 2.0},
    "adaptive": {"palette": "inferno", "supersample": 3, "adaptive": True, "distance": 1.5},
    "16 bits": {"palette": "viridis", "supersample": 2, "depth": 16},
}


@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("area", [REGION, View("0.1", "0.2", "1e-20", aspect=(5, 4))], ids=["region", "view"])
def test_it_is_the_picture_of_one_machine(name, area, tmp_path, workers):
    tone, julia = TONES[name], JuliaDiv(1j, n_iterations=(2, "auto"), resolution=200, engine="cpu")
    job = julia.render(area, **tone).job
    group = cluster.create(tmp_path / "x.zarr", julia, area, tone, block=48, job=job)
    assert ("counts" in group) == (name in ["counts", "gray"])
    assert group.metadata.zarr_format == 3
    with pytest.raises(ValueError, match="^store: 20 blocks are not finished"):
        cluster.save(group, julia, area, tmp_path / "x.png", tone)
    cluster.compute(workers, tmp_path / "x.zarr", julia, area, tone)
    cluster.save(group, julia, area, tmp_path / "x.png", tone)
    julia.render(area, tmp_path / "y.png", **tone)
    with Image.open(tmp_path / "x.png") as here, Image.open(tmp_path / "y.png") as there:
        mode = "RGB" if "palette" in tone else here.mode
        np.testing.assert_array_equal(np.asarray(here.convert(mode)), np.asarray(there.convert(mode)))
    # A pyramid, of the same tiles.
    cluster.save(group, julia, area, tmp_path / "x.dzi", tone)
    julia.render(area, tmp_path / "y.dzi", **tone)
    tiles = sorted((tmp_path / "y_files").rglob("*.png"))
    assert len(tiles) > 7
    for tile in tiles:
        with Image.open(tmp_path / "x_files" / tile.relative_to(tmp_path / "y_files")) as here:
            with Image.open(tile) as there:
                np.testing.assert_array_equal(np.asarray(here), np.asarray(there))
    values = np.asarray(group["counts" if "counts" in group else "pixels"])
    if "counts" in group:
        np.testing.assert_array_equal(values, julia.counts(area, origin="upper").T)
    else:
        np.testing.assert_array_equal(values, julia.render(area, **tone).pixels)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent so there")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_coordinator_that_ends_early_goes_on(sent, tmp_path):
    """Again and again; the blocks that are finished are never computed again."""
    # As many blocks as tiles of 24 pixels would be, and enough work that it is not done before the signal is there.
    line = [word.replace("-R=500", "-R=2000") for word in LINE]
    line += ["--block", "96", "--workers", "2", "--palette", "magma"]
    julia = JuliaDiv(-0.835 - 0.2321j, 2.0, (0, 300), 2000, engine="cpu")
    store = tmp_path / "plot.png.zarr"
    kept, starts, attempts = {}, 0, 0
    while True:
        starts += 1
        child = run(tmp_path, *line)
        already, start = finished(store), time.monotonic()
        while child.poll() is None and finished(store) < already + 10 and time.monotonic() - start < 60:
            time.sleep(0.01)
        if child.poll() is None and starts <= 2:
            # A terminal's Ctrl-C is sent to the workers, too.
            os.killpg(child.pid, sent) if sent == signal.SIGINT else child.send_signal(sent)
        said = child.communicate(timeout=120)[1]
        now = chunks(store)
        assert {path: now[path] for path in kept} == kept
        if child.returncode == 0 and starts == 1 and attempts < 5:
            # On a fast machine it was done before it could be ended.
            shutil.rmtree(store)
            (tmp_path / "plot.png").unlink()
            starts, attempts = 0, attempts + 1
            continue
        if child.returncode == 0:
            break
        assert child.returncode == {signal.SIGKILL: -9, signal.SIGINT: 130}[sent], said
        assert not (tmp_path / "plot.png").exists()
        # What was on its way at the end may be written once more.
        is_done = zarr.open_group(store, mode="r")["finished"][:]
        kept = {path: time for path, time in now.items() if is_done[tuple(map(int, path.parts[-2:]))]}
        # A block of zeros alone has no file.
        assert kept
        if sent == signal.SIGINT:
            *before, last = said.splitlines()
            assert [line for line in before if "blocks are finished" not in line] == []
            assert last == "juliaset.cluster: interrupted; the same command goes on with what is in plot.png.zarr"
    assert starts >= 2 and "of 357 blocks are finished" in said
    group = zarr.open_group(store, mode="r")
    np.testing.assert_array_equal(group["counts"][:], julia.counts(REGION, origin="upper").T)
    picture = julia.render(REGION, palette="magma")
    with Image.open(tmp_path / "plot.png") as read:
        np.testing.assert_array_equal(np.asarray(read.convert("RGB")), picture.pixels)
    # Its workers have ended with it.
    time.sleep(2)
    assert not [
        process.pid for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(tmp_path)
    ]


def test_the_line_is_the_commands(tmp_path):
    for arguments, code, start in [
        (["--help"], 0, "One picture from many processes or machines."),
        (["--version"], 0, "juliaset.cluster "),
        (["--palette", "virids"], 2, "juliaset: --palette virids: "),
        (["--no-such"], 2, "juliaset: --no-such: no such option"),
        (["--block", "1"], 2, "juliaset: --block 1: "),
        (["-o", "-"], 2, "juliaset: --output -: must be a file"),
        (["-o", "x.png", "--pyramid"], 2, "juliaset: --pyramid: "),
        (["--dry-run"], 2, "juliaset: --dry-run: is for"),
        (["-o", "x.bmp"], 2, "juliaset: --output x.bmp: must end with"),
        (["--smooth", "-o", "x.exr"], 2, "juliaset.cluster: output x.exr: must be a format of pixels"),
        (["--smooth", "--mapping", "histogram"], 2, "juliaset.cluster: mapping histogram: "),
        (["--scheduler", "nowhere"], 2, "juliaset.cluster: "),
    ]:
        child = run(tmp_path, *arguments)
        out, err = child.communicate(timeout=60)
        said = err if code else out
        assert child.returncode == code and said.startswith(start), (arguments, out, err)
        assert not code or err.count("\n") == 1, err


def test_a_store_of_another_picture_is_refused(tmp_path):
    store = tmp_path / "x.zarr"
    cluster.create(store, JULIA, REGION)
    cluster.create(store, JULIA, REGION, {"palette": "magma"})
    for other, differing in [
        ((JuliaDiv(1j), REGION), "map"),
        ((JULIA, View(0, 0, 1)), "region"),
        ((JULIA, REGION, {"smooth": True}), "values, tone"),
    ]:
        with pytest.raises(ValueError, match=f"has another picture .another {differing}"):
            cluster.create(store, *other)
    with pytest.raises(ValueError, match="another block"):
        cluster.create(store, JULIA, REGION, block=99)
    zarr.open_group(tmp_path / "y.zarr", mode="w").create_array("z", shape=(1,), dtype="u1")
    with pytest.raises(ValueError, match="is of another program"):
        cluster.create(tmp_path / "y.zarr", JULIA, REGION)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not a Zarr group"):
        cluster.create(tmp_path / "folder", JULIA, REGION)
    assert (tmp_path / "folder" / "mine.txt").read_text() == "mine"


def pages(path):
    with Image.open(path) as tiff:
        for index in range(tiff.n_frames):
            tiff.seek(index)
            yield np.asarray(tiff), 322 in tiff.tag_v2


# Deeper than any float, turned, and with more digits than one.
DEEP = "-r=-0.8 -i=0.1560000000000000000000001 --center 0.1,0.05 --zoom 1e25 --rotate 30 -m=0 -M=900 --size 300x200".split()
SHOWN = "-r=-0.835 -i=-0.2321 -m=0 -M=300 -R=330".split()


@pytest.mark.parametrize("line", [DEEP, SHOWN], ids=["deep", "shallow"])
@pytest.mark.parametrize("tone", [[], ["--smooth"]], ids=["counts", "pixels"])
def test_a_line_ends_with_any_picture(line, tone, tmp_path):
    """A pyramid of tiles, and one in a TIFF, which was refused; of the tiles and the levels that one process makes."""
    line = [*line, *tone, "--palette", "twilight", "--cycles", "3", "--engine", "cpu"]
    ends = [("x.dzi", []), ("x.tif", ["--pyramid", "--dpi", "300"]), ("x.png", [])]
    for output, more in ends:
        # The second and the third find all of it in the store.
        child = run(tmp_path, *line, *more, "-o", output, "--store", "x.zarr", "--block", "64", "--workers", "2")
        said = child.communicate(timeout=120)[1]
        assert child.returncode == 0, said
        (tmp_path / "one").mkdir(exist_ok=True)
        one = [sys.executable, "-m", "juliaset", *line, *more, "--quiet", "-o", output]
        subprocess.run(one, cwd=tmp_path / "one", check=True, timeout=120)
    tiles = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("x_files/*/*.png"))
    assert tiles == sorted(path.relative_to(tmp_path) for path in tmp_path.glob("x_files/*/*.png")) and len(tiles) > 9
    for file in [*tiles, "x.png"]:
        with Image.open(tmp_path / file) as here, Image.open(tmp_path / "one" / file) as there:
            np.testing.assert_array_equal(np.asarray(here.convert("RGB")), np.asarray(there.convert("RGB")))
    levels = list(pages(tmp_path / "x.tif"))
    assert len(levels) == 2 and all(is_tiled for _, is_tiled in levels)
    for (here, _), (there, _) in zip(levels, pages(tmp_path / "one" / "x.tif"), strict=True):
        np.testing.assert_array_equal(here, there)


def test_a_picture_is_refused_before_it_is_computed(tmp_path):
    """A palette that does not exist was found out when all blocks were there."""
    for tone in [{"palette": "virids"}, {"cycles": 0}, {"depth": 12}, {"pallete": "magma"}]:
        with pytest.raises((ValueError, TypeError)) as caught:
            cluster.create(tmp_path / "x.zarr", JULIA, REGION, tone)
        assert next(iter(tone)) in str(caught.value)
    assert not list(tmp_path.iterdir())


def spoil(path, how):
    data = path.read_bytes()
    path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "turned": data[::-1]}[how])


@pytest.mark.parametrize("how", ["cut", "empty", "turned"])
@pytest.mark.parametrize("file", ["zarr.json", "counts/zarr.json", "finished/zarr.json"])
def test_a_store_that_is_damaged_is_one_line(how, file, tmp_path):
    """It was what a parser of JSON says, of a place in a file without a name."""
    cluster.create(tmp_path / "x.zarr", JULIA, REGION)
    spoil(tmp_path / "x.zarr" / file, how)
    child = run(tmp_path, *LINE, "--store", "x.zarr", "--workers", "1")
    said = child.communicate(timeout=60)[1]
    assert child.returncode == 2 and said.startswith("juliaset.cluster: store x.zarr: is damaged, or not a Zarr group: "), said
    assert said.count("\n") == 1 and not (tmp_path / "plot.png").exists()


def test_what_is_no_store_is_left_as_it_is(tmp_path):
    (tmp_path / "file").write_text("mine")
    zarr.create_array(tmp_path / "array", shape=(3,), dtype="u1")
    zarr.open_group(tmp_path / "old", mode="w", zarr_format=2)
    group = cluster.create(tmp_path / "changed", JULIA, REGION)
    del group["counts"]
    group.create_array("counts", shape=(500, 400), dtype="u1")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for name, line in [
        ("file", "is there, and is not a Zarr group"),
        ("array", "is a Zarr array, not a group"),
        ("old", "is of another program"),
        ("changed", "is damaged, its array counts is another one"),
    ]:
        with pytest.raises(ValueError, match=f"^store .*{name}: {line}"):
            cluster.create(tmp_path / name, JULIA, REGION)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_block_that_is_lost_is_computed_again(tmp_path, workers):
    """As after a copy that ended early: the picture had its place black, since Zarr reads zeros there. A block of zeros is no such one."""
    store, away = tmp_path / "x.zarr", ComplexRegion(-100, 3, -50, 50)
    julia = JuliaDiv(-0.12256 + 0.74486j, n_iterations=(0, 100), resolution=300)
    group = cluster.create(store, julia, away, block=64)
    cluster.compute(workers, store, julia, away)
    right = julia.counts(away, origin="upper").T
    assert not right[:64, :64].any() and right[128:192, 256:].any()
    cluster.save(group, julia, away, tmp_path / "x.npy")
    for chunk in ["2/4", "0/0"]:
        (store / "counts" / "c" / chunk).unlink()
    with pytest.raises(RuntimeError, match="^store: .* blocks are lost"):
        cluster.save(group, julia, away, tmp_path / "y.npy")
    assert not (tmp_path / "y.npy").exists() and {(0, 0), (2, 4)} <= set(cluster.unfinished(group))
    cluster.compute(workers, store, julia, away)
    cluster.save(group, julia, away, tmp_path / "y.npy")
    for name in ["x.npy", "y.npy"]:
        np.testing.assert_array_equal(np.load(tmp_path / name), right)


@pytest.mark.parametrize("how", ["cut", "empty", "turned"])
def test_a_block_that_is_damaged_is_computed_again(how, tmp_path, workers):
    """As after a power cut: chunks that are there by name alone. The picture was of what they had, or could not be had."""
    store = tmp_path / "x.zarr"
    group = cluster.create(store, JULIA, REGION, block=64)
    cluster.compute(workers, store, JULIA, REGION)
    for chunk in ["3/1", "3/2", "5/0"]:
        spoil(store / "counts" / "c" / chunk, how)
    for row, blocks in [(3, 2), (5, 1)]:
        with pytest.raises(RuntimeError, match=f"^store: {blocks} blocks of the row {row} are damaged"):
            cluster.save(group, JULIA, REGION, tmp_path / "x.png")
        assert not (tmp_path / "x.png").exists()
        assert {at for at, _ in cluster.unfinished(group)} == {row}
        cluster.compute(workers, store, JULIA, REGION)
    cluster.save(group, JULIA, REGION, tmp_path / "x.png")
    np.testing.assert_array_equal(group["counts"][:], JULIA.counts(REGION, origin="upper").T)

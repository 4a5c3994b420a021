"""Pictures in memory: the pixels of the file, for numpy, Pillow and notebooks."""

import copy
import io
import pickle
from xml.etree import ElementTree

import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv, Picture, View
from juliaset._juliaset import save
from PIL import Image

REGION = ComplexRegion(-1.6, 1.6, -1.0, 1.0)
JULIA = JuliaDiv(-0.835 - 0.2321j, n_iterations=(5, 80), resolution=160)

TONES = {
    "gray": {},
    "gray 16": {"depth": 16},
    "colour": {"palette": "twilight", "mapping": "log", "cycles": 2},
    "turned": {"palette": "twilight", "interior": "black", "palette_offset": 0.25},
    "colour 16": {"palette": "magma", "depth": 16, "smooth": True},
    "histogram": {"palette": "viridis", "mapping": "histogram"},
    "pooled": {"palette": "viridis", "mapping": "histogram", "histogram": "5:900,7:300,12:50"},
    "distance": {"palette": "inferno", "interior": "white", "distance": 1.5},
    "supersampled": {"palette": "inferno", "smooth": True, "supersample": 3},
    "adaptive": {"palette": "inferno", "supersample": 4, "adaptive": True},
}


@pytest.mark.parametrize("name", TONES)
def test_it_has_the_pixels_of_the_file(name, tmp_path):
    """Read by Pillow; of 16-bit colours it reads the upper halves."""
    tone = TONES[name]
    picture = JULIA.render(REGION, **tone)
    assert isinstance(picture, Picture) and (picture.width, picture.height) == (160, 100)
    depth, is_gray = tone.get("depth", 8), "palette" not in tone
    pixels = picture.pixels
    assert pixels.dtype == {8: np.uint8, 16: np.uint16}[depth] and pixels.dtype.isnative
    assert pixels.shape == ((100, 160) if is_gray else (100, 160, 3)) and pixels.flags.c_contiguous
    JULIA.render(REGION, tmp_path / "plot.png", **tone)
    with Image.open(tmp_path / "plot.png") as read:
        read.load()
        job = read.text["juliaset job"]
        of_file = np.asarray(read if is_gray else read.convert("RGB"))
    wide = depth == 16 and not is_gray
    np.testing.assert_array_equal(pixels >> 8 if wide else pixels, of_file)
    assert job in picture.job
    # As a notebook shows it.
    with Image.open(io.BytesIO(picture._repr_png_())) as read:
        read.load()
        assert read.text["juliaset job"] == job
        np.testing.assert_array_equal(np.asarray(read), of_file)
    if wide:
        with pytest.raises(ValueError, match="^depth 16: must be 8 for Pillow"):
            picture.image()
    else:
        image = picture.image()
        assert image.size == (160, 100) and image.mode == ("I;16" if depth == 16 else "L" if is_gray else "RGB")
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_numpy_takes_it_for_an_array():
    picture = JULIA.render(REGION)
    assert np.asarray(picture) is picture.pixels
    copied = np.array(picture)
    copied[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 1
    assert np.asarray(picture, dtype=float).dtype == float
    with pytest.raises(ValueError, match="^copy False"):
        picture.__array__(np.float32, copy=False)
    np.testing.assert_array_equal(picture.rgb, np.dstack([picture.pixels] * 3))
    colour = JULIA.render(REGION, palette="magma")
    assert colour.rgb is colour.pixels


def test_a_picture_is_a_value():
    for tone in TONES.values():
        picture = JULIA.render(REGION, **tone)
        for same in [copy.copy(picture), copy.deepcopy(picture), pickle.loads(pickle.dumps(picture))]:
            np.testing.assert_array_equal(same.pixels, picture.pixels)
            assert same.job == picture.job and repr(same) == repr(picture)
    assert repr(picture) == "<juliaset.Picture: 160 × 100 pixels, uint8, RGB>"


@pytest.mark.parametrize("name", [name for name in TONES if name != "histogram"])
@pytest.mark.parametrize("area", [REGION, View("0.1", "-0.2", "1.5"), View(1, 0, "1e-30")], ids=str)
def test_a_window_is_a_part_of_the_whole(name, area):
    """With adaptive sampling pixels at a window's edge had no neighbours there."""
    whole = JULIA.render(area, **TONES[name]).pixels
    for col, row, width, height in [(0, 0, 160, 100), (31, 17, 64, 33), (159, 99, 1, 1), (0, 50, 9, 50)]:
        part = JULIA.render(area, window=(col, row, width, height), **TONES[name])
        np.testing.assert_array_equal(part.pixels, whole[row : row + height, col : col + width])
        # It is not what its job would make.
        assert part.job == ""


def test_a_window_has_no_path_and_no_histogram(tmp_path):
    with pytest.raises(ValueError, match="^path .*: must be None with a window"):
        JULIA.render(REGION, tmp_path / "x.png", window=(0, 0, 1, 1))
    with pytest.raises(ValueError, match="^mapping histogram: must be another one with a window"):
        JULIA.render(REGION, mapping="histogram", window=(0, 0, 1, 1))
    assert not list(tmp_path.iterdir())


def test_a_picture_larger_than_any_memory():
    with pytest.raises(MemoryError):
        JuliaDiv(1j, resolution=2**31 - 1).render(ComplexRegion(0, 1, 0, 1))


@pytest.mark.parametrize("name", TONES)
def test_counts_that_are_known_are_not_computed(name, tmp_path):
    if name == "supersampled":
        with pytest.raises(ValueError, match="^supersample 3: must be 1 with counts"):
            JULIA.render(REGION, counts=JULIA.counts(REGION, origin="upper").T, **TONES[name])
        return
    counts = JULIA.counts(REGION, origin="upper").T
    picture = JULIA.render(REGION, counts=counts, **TONES[name])
    np.testing.assert_array_equal(picture.pixels, JULIA.render(REGION, **TONES[name]).pixels)
    assert "counts that were given" in picture.job
    # Others make another picture: they are what is painted. What is over itermax is itermax.
    other = JULIA.render(REGION, counts=np.full((100, 160), 10**12)).pixels
    assert (other == 255).all()
    for path in [tmp_path / "x.png", tmp_path / "x.tif"]:
        JULIA.render(REGION, path, counts=np.asfortranarray(counts.astype(np.int64)), **TONES[name])
    with Image.open(tmp_path / "x.png") as read, Image.open(tmp_path / "x.tif") as tiff:
        # Colours of up to 256 are indices in the one.
        same = read.convert("RGB") if "palette" in TONES[name] and read.mode == "P" else read
        np.testing.assert_array_equal(np.asarray(same), np.asarray(tiff))


def test_what_an_array_raises_is_what_is_heard(tmp_path):
    class Lost:
        shape = (100, 160)
        dtype = np.dtype("uint8")

        def __getitem__(self, place):
            raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        JULIA.render(REGION, tmp_path / "x.png", counts=Lost())
    with pytest.raises(KeyError, match="lost"):
        save(tmp_path / "x.png", Lost())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", TONES)
def test_a_picture_is_saved_as_it_is(name, tmp_path):
    picture = JULIA.render(REGION, **TONES[name])
    for end in ["png", "tif", "webp"] if picture.pixels.dtype == np.uint8 else ["png", "tif"]:
        path = tmp_path / f"x.{end}"
        picture.save(path, compression="small")
        JULIA.render(REGION, tmp_path / f"y.{end}", **TONES[name])
        with Image.open(path) as here, Image.open(tmp_path / f"y.{end}") as there:
            np.testing.assert_array_equal(np.asarray(here), np.asarray(there.convert(here.mode)))
    for wrong in ["x.npy", "x.exr", "x.bmp"]:
        with pytest.raises(ValueError, match="^path"):
            picture.save(tmp_path / wrong)
    with pytest.raises(ValueError, match=r"^pixels \[5\] of uint8: must be"):
        save(tmp_path / "z.png", np.zeros(5, np.uint8))


def pages(path):
    """The pictures of a TIFF, and whether each is of tiles."""
    with Image.open(path) as tiff:
        for index in range(tiff.n_frames):
            tiff.seek(index)
            # A strip has rows of its own, and a tile a width.
            yield np.asarray(tiff), 322 in tiff.tag_v2


def test_a_tiff_can_be_a_pyramid(tmp_path):
    """By the same word as on the command line, in all that writes files."""
    julia = JuliaDiv(-0.835 - 0.2321j, n_iterations=(5, 80), resolution=900)
    picture = julia.render(REGION, palette="magma")
    julia.render(REGION, tmp_path / "x.tif", palette="magma", pyramid=True)
    picture.save(tmp_path / "saved.tif", pyramid=True)
    save(tmp_path / "pixels.tif", picture.pixels, pyramid=True)
    julia.render(REGION, tmp_path / "counts.tif", palette="magma", pyramid=True, counts=julia.counts(REGION, origin="upper").T)
    levels = list(pages(tmp_path / "x.tif"))
    assert [pixels.shape for pixels, _ in levels] == [(563, 900, 3), (282, 450, 3), (141, 225, 3)]
    assert all(is_tiled for _, is_tiled in levels)
    np.testing.assert_array_equal(levels[0][0], picture.pixels)
    # The mean of a pixel's four, in linear light: between the darkest and the lightest of them.
    four = picture.pixels[:562, :900].reshape(281, 2, 450, 2, 3)
    half = levels[1][0][:281]
    assert (half >= four.min((1, 3))).all() and (half <= four.max((1, 3))).all() and len(np.unique(half)) > 9
    for other in ["saved.tif", "pixels.tif", "counts.tif"]:
        for (here, _), (there, is_tiled) in zip(levels, pages(tmp_path / other), strict=True):
            np.testing.assert_array_equal(here, there)
            assert is_tiled
    # Without the word there is one picture, of strips.
    picture.save(tmp_path / "strips.tif")
    [(pixels, is_tiled)] = pages(tmp_path / "strips.tif")
    np.testing.assert_array_equal(pixels, picture.pixels)
    assert not is_tiled


def test_only_a_tiff_can_be_a_pyramid(tmp_path):
    line = r"^pyramid True: must be False for what is no \.tif; \.dzi is a pyramid without it$"
    picture = JULIA.render(REGION)
    for wrong in [
        lambda: JULIA.render(REGION, pyramid=True),
        lambda: JULIA.render(REGION, tmp_path / "x.png", pyramid=True),
        lambda: JULIA.render(REGION, tmp_path / "x.dzi", pyramid=True),
        lambda: picture.save(tmp_path / "x.webp", pyramid=True),
        lambda: save(tmp_path / "x.png", picture.pixels, pyramid=True),
    ]:
        with pytest.raises(ValueError, match=line):
            wrong()
    assert not list(tmp_path.iterdir())


class Enough(Exception):
    """Ends a call when half of its pixels are done."""

    @classmethod
    def hear(cls, done, total):
        if 2 * done >= total:
            raise cls


# Seconds of work: a Siegel disk, whose orbits neither escape nor are attracted.
LARGE = {
    "c_0": -0.3905408702184 - 0.5867879073469j,
    "n_iterations": (5, 8000),
    "resolution": 2000,
    "engine": "cpu",
    "precision": "double",
}
# With one thread, so that it is heard of many times before it is done.
ENDED = {**LARGE, "threads": 1, "progress": Enough.hear}


def test_a_picture_goes_on(tmp_path):
    """What was done is in a file beside it, which only the same picture takes."""
    JuliaDiv(**LARGE).render(REGION, tmp_path / "right.png", palette="magma")
    path, part = tmp_path / "x.png", tmp_path / "x.png.part"
    with pytest.raises(Enough):
        JuliaDiv(**ENDED).render(REGION, path, palette="magma")
    assert not path.exists() and not part.exists()
    with pytest.raises(Enough):
        JuliaDiv(**ENDED).render(REGION, path, palette="magma", resume=True)
    assert not path.exists() and part.stat().st_size > 1 << 18
    with pytest.raises(FileExistsError, match=r"x\.png\.part: has the bands of another job"):
        JuliaDiv(**LARGE).render(REGION, path, palette="viridis", resume=True)
    JuliaDiv(**LARGE).render(REGION, path, palette="magma", resume=True)
    assert path.read_bytes() == (tmp_path / "right.png").read_bytes() and not part.exists()


def test_what_cannot_go_on_says_so(tmp_path):
    line = "^resume True: must be False without a path, and with counts, which are there$"
    with pytest.raises(ValueError, match=line):
        JULIA.render(REGION, resume=True)
    with pytest.raises(ValueError, match=line):
        JULIA.render(REGION, tmp_path / "x.png", resume=True, counts=np.zeros((100, 160), int))


def tiles_of(path):
    """The tiles of the finest level of a Deep Zoom pyramid, put together; and the number of levels."""
    root = ElementTree.parse(path).getroot()
    space = root.tag.split("}")[0] + "}"
    size = root.find(f"{space}Size").attrib
    side, overlap = int(root.attrib["TileSize"]), int(root.attrib["Overlap"])
    pixels = np.zeros((int(size["Height"]), int(size["Width"]), 3), np.uint8)
    levels = sorted(int(folder.name) for folder in path.with_name(f"{path.stem}_files").iterdir() if folder.is_dir())
    for file in (path.with_name(f"{path.stem}_files") / str(levels[-1])).glob("*.png"):
        column, row = map(int, file.stem.split("_"))
        left, top = (max(0, place * side - overlap) for place in (column, row))
        with Image.open(file) as tile:
            part = np.asarray(tile.convert("RGB"))
        pixels[top : top + part.shape[0], left : left + part.shape[1]] = part
    return pixels, len(levels)


def test_a_deep_zoom_pyramid_goes_on(tmp_path):
    """Tiles that are there are kept, whatever ended the call that wrote them."""
    path = tmp_path / "x.dzi"
    with pytest.raises(Enough):
        JuliaDiv(**ENDED).render(REGION, path, palette="magma", smooth=True)
    assert not path.exists()
    there = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.png")}
    JuliaDiv(**LARGE).render(REGION, path, palette="magma", smooth=True)
    assert there and {file: file.stat().st_mtime_ns for file in there} == there
    pixels, levels = tiles_of(path)
    # From 2000 pixels to 1.
    assert levels == 12
    np.testing.assert_array_equal(pixels, JuliaDiv(**LARGE).render(REGION, palette="magma", smooth=True).pixels)

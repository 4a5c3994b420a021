"""Pictures in memory: the pixels of the file, for numpy, Pillow and notebooks."""

import copy
import io
import pickle

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

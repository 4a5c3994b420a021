"""Pictures for print, as Pillow reads them: their size, what is transparent, and what they say of themselves."""

import copy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from juliaset import ComplexRegion, JuliaDiv

REGION = ComplexRegion(-1.5, 1.5, -1, 1)
JULIA = JuliaDiv(-0.12256 + 0.74486j, n_iterations=(1, 60), resolution=60, engine="cpu")
RESOLUTION_UNIT, X_RESOLUTION, DESCRIPTION = 296, 282, 270


def dpi(path: Path) -> float:
    """Pixels of an inch, from where the format has them most exactly."""
    with Image.open(path) as picture:
        picture.load()
        exif = picture.getexif()
        if X_RESOLUTION in exif:
            assert exif[RESOLUTION_UNIT] == 2
            return float(exif[X_RESOLUTION])
        return float(picture.info["dpi"][0])


@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.webp", "x.jpg"])
def test_a_file_states_its_size_in_print(tmp_path: Path, name: str):
    JULIA.render(REGION, tmp_path / name, dpi=118.11)
    assert dpi(tmp_path / name) == pytest.approx(118.11, abs=0.01)
    JULIA.render(REGION, tmp_path / name, dpi=300, metadata=False)
    assert dpi(tmp_path / name) == pytest.approx(300, abs=0.01)
    with Image.open(tmp_path / name) as picture:
        assert DESCRIPTION not in picture.getexif() and "juliaset job" not in picture.info


def test_a_picture_in_memory_keeps_its_own(tmp_path: Path):
    picture = JULIA.render(REGION, dpi=300)
    assert picture.dpi == 300 and "\ndpi = 300\n" in picture.job
    assert JULIA.render(REGION).dpi is None
    picture = copy.deepcopy(picture)
    picture.save(tmp_path / "x.jpg")
    assert picture.dpi == 300 and dpi(tmp_path / "x.jpg") == 300
    (tmp_path / "x.png").write_bytes(picture.png())
    assert dpi(tmp_path / "x.png") == pytest.approx(300, abs=0.01)
    with Image.open(tmp_path / "x.png") as read:
        assert "juliaset job" in read.info
    picture.save(tmp_path / "x.png", metadata=False)
    with Image.open(tmp_path / "x.png") as read:
        assert "juliaset job" not in read.info and "dpi" in read.info
    assert JULIA.render(REGION, metadata=False).job == ""


@pytest.mark.parametrize("depth", [8, 16])
def test_the_inside_can_be_transparent(tmp_path: Path, depth: int):
    opaque = JULIA.render(REGION, palette="magma", interior="lime", depth=depth)
    seen = JULIA.render(REGION, palette="magma", interior="none", depth=depth)
    assert seen.pixels.shape == (40, 60, 4) and seen.rgb.shape == (40, 60, 3)
    most = 2**depth - 1
    inside = (opaque.pixels == [0, most, 0]).all(axis=2)
    assert 100 < inside.sum() < inside.size / 2
    np.testing.assert_array_equal(seen.pixels[..., 3], np.where(inside, 0, most))
    np.testing.assert_array_equal(seen.rgb[~inside], opaque.pixels[~inside])
    if depth == 8:
        assert seen.image().mode == "RGBA" and "RGBA" in repr(seen)
        for name in ["x.png", "x.tif", "x.webp"]:
            seen.save(tmp_path / name)
            with Image.open(tmp_path / name) as picture:
                np.testing.assert_array_equal(np.asarray(picture.convert("RGBA")), seen.pixels)
    with pytest.raises(ValueError, match="a JPEG has no transparency; take .png, .tif, .webp or .dzi"):
        JULIA.render(REGION, tmp_path / "x.jpg", interior="none")

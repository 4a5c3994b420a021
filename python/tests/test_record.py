"""A picture carries its job, as one of the command line does."""

from pathlib import Path

import pytest
from PIL import Image

from juliaset import ComplexRegion, JuliaDiv, View

tomllib = pytest.importorskip("tomllib")

DESCRIPTION = 270


def texts(path: Path) -> str:
    """What the file says of itself, as another program reads it."""
    if path.suffix == ".npy":
        return path.with_name(path.name + ".toml").read_text()
    with Image.open(path) as picture:
        picture.load()
        if path.suffix == ".png":
            return picture.text["juliaset job"]
        return picture.getexif()[DESCRIPTION]


@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.webp", "x.jpg", "x.npy"])
def test_a_picture_carries_its_job(tmp_path: Path, name: str):
    julia = JuliaDiv(-0.4 + 0.6j, n_iterations=(1, 60), resolution=40, engine="cpu")
    region = ComplexRegion(-1.5, 1.5, -1, 1)
    julia.render(region, tmp_path / name, palette=["navy", "white"])
    text = texts(tmp_path / name)
    job = tomllib.loads(text)
    assert float.fromhex(job["real"]) == -0.4 and float.fromhex(job["ytop"]) == 1
    assert (job["itermin"], job["itermax"], job["resolution"]) == (1, 60, 40)
    assert job["palette"] == "#000080,#ffffff"
    assert str(tmp_path) not in text


def test_a_picture_of_a_view_carries_it_as_it_was_given(tmp_path: Path):
    julia = JuliaDiv(1j, n_iterations=(0, 500), resolution=32, engine="cpu")
    view = View("0", "1/3", "1.50e-60", aspect=(2, 1))
    julia.render(view, tmp_path / "x.png")
    job = tomllib.loads(texts(tmp_path / "x.png"))
    assert (job["center"], job["width"], job["size"]) == ("0,1/3", "1.50e-60", "32x16")
    assert "xleft" not in job and "resolution" not in job

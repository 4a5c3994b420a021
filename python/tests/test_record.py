"""A picture carries its job, as one of the command line does."""

from pathlib import Path

import pytest
from PIL import Image

from juliaset import ComplexRegion, JuliaDiv

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

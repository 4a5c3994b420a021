"""The explorer's page, served by this process."""

import gc
import io
import urllib.error
import urllib.request
from urllib.parse import urlencode

import juliaset
import numpy as np
import pytest
from PIL import Image


def get(explorer, path=""):
    with urllib.request.urlopen(explorer.address + path, timeout=60) as answer:
        return answer.read()


def test_the_page_is_served_and_shown():
    with juliaset.explore(height=432) as explorer:
        assert b"<html" in get(explorer)
        html = explorer._repr_html_()
        assert f'src="{explorer.address}"' in html and 'height="432"' in html
    with pytest.raises(urllib.error.URLError):
        get(explorer)
    explorer.close()


def test_what_the_page_shows_is_a_job(tmp_path):
    with juliaset.explore(-0.8 + 0.156j, n_iterations=(1, 90), palette="magma") as explorer:
        assert explorer.julia == juliaset.JuliaDiv(-0.8 + 0.156j, 2.0, (1, 90), 960)
        assert explorer.view == juliaset.View(0, 0, "3.2", aspect=(960, 600))
        fields = {
            "c": "0,1", "threshold": "4", "itermin": "2", "itermax": "70", "center": "1/3,-0x1p-80",
            "width": "1e-70", "size": "40x30", "palette": "red,#fff", "mapping": "log", "cycles": "2", "palette_offset": "-0.25",
            "smooth": "1", "interior": "black",
        }
        query = urlencode(fields)
        get(explorer, f"seen?{query}")
        assert explorer.julia == juliaset.JuliaDiv(1j, 4.0, (2, 70), 40)
        assert explorer.view == juliaset.View("1/3", "-0x1p-80", "1e-70", aspect=(40, 30))
        tone = explorer.tone
        assert (tone["palette"], tone["interior"], tone["smooth"]) == ("red,#fff", "black", True)
        # The picture of it is the one that the page saves.
        with Image.open(io.BytesIO(get(explorer, f"picture?{query}"))) as saved:
            pixels = np.asarray(saved.convert("RGB"))
        job = explorer.job
        picture = job.render()
        np.testing.assert_array_equal(picture.rgb, pixels)
        assert picture._repr_png_()[:4] == b"\x89PNG"
        assert job.render(tmp_path / "own.png") is None
        with Image.open(tmp_path / "own.png") as own:
            np.testing.assert_array_equal(np.asarray(own.convert("RGB")), pixels)
        # It stays as it was when the page goes on.
        get(explorer, f"seen?{urlencode({**fields, 'size': '80x60'})}")
        assert (job.julia, job.view, job.tone) == (job[0], job[1], tone)
        assert (job.julia.resolution, explorer.job.julia.resolution) == (40, 80)
        assert job.render(palette="viridis").rgb.shape == (30, 40, 3)
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(explorer, "seen?c=0,1")
        assert explorer.julia.c_0 == 1j


def test_wrong_arguments_are_refused():
    for wrong in [{"palette": "heat"}, {"mapping": "cubic"}, {"n_iterations": (5, 5)}, {"engine": "x"}]:
        with pytest.raises(ValueError):
            juliaset.explore(**wrong)


def test_an_explorer_that_nobody_has_ends():
    explorer = juliaset.explore()
    address = explorer.address
    del explorer
    gc.collect()
    with pytest.raises(OSError):
        # It looks at whether to end 50 times a second.
        for _ in range(10_000):
            urllib.request.urlopen(address, timeout=60).close()

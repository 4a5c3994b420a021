"""The notebook of the examples, run from its first cell to its last."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

NOTEBOOK = Path(__file__).parent.parent / "examples" / "tour.ipynb"


def test_the_notebook_runs_and_shows_its_pictures(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(NOTEBOOK, 4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    # No warning, and no other text than values.
    assert all(output.output_type in ("execute_result", "display_data") for output in outputs)
    shown = [output.data["image/png"] for output in outputs if "image/png" in output.data]
    assert len(shown) == 4
    for number, png in enumerate(shown):
        (tmp_path / f"{number}.png").write_bytes(base64.b64decode(png))
        with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50
    assert not list(tmp_path.glob("*.ipynb"))

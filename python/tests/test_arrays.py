"""Smooth values, distances and extents, as matplotlib takes them; palettes as its colormaps."""

import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv, View, colormap, palettes

REGION = ComplexRegion(-1.5, 1.5, -1.2, 1.2)
AREAS = [REGION, ComplexRegion(1.5, -1.5, 1.2, -1.2), View("0.1", "0.2", "2"), View(0, 1, "1e-40")]
JULIA = JuliaDiv(1j, n_iterations=(0, 300), resolution=60, engine="cpu")


def read_exr(path):
    """The channels of an uncompressed or ZIP OpenEXR, by the library's own definition of the file."""
    import struct
    import zlib

    data = path.read_bytes()
    at, sizes, channels, height = 8, [], [], 0
    while data[at]:
        name, at = data[at : data.index(0, at)].decode(), data.index(0, at) + 1
        at = data.index(0, at) + 1
        (size,) = struct.unpack_from("<i", data, at)
        value, at = data[at + 4 : at + 4 + size], at + 4 + size
        if name == "channels":
            channels = [part[: part.index(0)].decode() for part in _channels(value)]
        if name == "dataWindow":
            x0, y0, x1, y1 = struct.unpack("<4i", value)
            width, height = x1 - x0 + 1, y1 - y0 + 1
        if name == "compression":
            sizes = {0: 1, 3: 16}[value[0]]
    at += 1
    offsets = struct.unpack_from(f"<{-(-height // sizes)}Q", data, at)
    rows = []
    for offset in offsets:
        row, size = struct.unpack_from("<ii", data, offset)
        packed = data[offset + 8 : offset + 8 + size]
        lines = min(sizes, height - row)
        whole = 4 * width * lines * len(channels)
        if size < whole:
            raw = np.frombuffer(zlib.decompress(packed), np.uint8).astype(np.int64)
            raw[1:] -= 128
            raw = np.cumsum(raw).astype(np.uint8)
            half = (len(raw) + 1) // 2
            both = np.empty_like(raw)
            both[::2], both[1::2] = raw[:half], raw[half:]
            packed = both.tobytes()
        rows.append(np.frombuffer(packed, "<f4").reshape(lines, len(channels), width))
    values = np.concatenate(rows)
    return {name: values[:, k] for k, name in enumerate(channels)}


def _channels(value):
    at = 0
    while value[at]:
        end = value.index(0, at)
        yield value[at : end + 1]
        at = end + 17


@pytest.mark.parametrize("area", AREAS, ids=repr)
def test_smooth_values_and_distances_are_the_files(area, tmp_path):
    smooth, distances = JULIA.smooth(area, origin="upper"), JULIA.distances(area, origin="upper")
    counts = JULIA.counts(area, origin="upper")
    for values in smooth, distances:
        assert values.shape == counts.shape == JULIA.shape(area)
        assert values.dtype == np.float64 and values.flags.c_contiguous and values.flags.owndata
    JULIA.render(area, tmp_path / "x.exr", smooth=True, distance=1)
    channels = read_exr(tmp_path / "x.exr")
    np.testing.assert_array_equal(channels["Y"].T, smooth.astype(np.float32))
    # The file has those of a region in the plane.
    width = 1.0
    if isinstance(area, ComplexRegion):
        width = abs(area.xright - area.xleft) / 60
    np.testing.assert_allclose(channels["distance"].T, distances * width, rtol=1e-6)
    assert ((smooth == 300) == (counts == 300)).all() and (distances[counts == 300] == 0).all()
    assert len(np.unique(smooth)) > len(np.unique(counts))
    for values, method in [(smooth, JULIA.smooth), (distances, JULIA.distances)]:
        part = method(area, (7, 3, 20, 11), origin="upper")
        np.testing.assert_array_equal(part, values[7:27, 3:14])
        if isinstance(area, View):
            np.testing.assert_array_equal(method(area), values[:, ::-1])


def test_an_extent_is_where_the_pixels_are():
    julia = JuliaDiv(1j, resolution=30)
    assert julia.extent(REGION) == (-1.5, 1.5, -1.2, 1.2)
    assert julia.extent(REGION, (10, 6, 5, 12)) == pytest.approx((-0.5, 0.0, -0.6, 0.6))
    # Counted from the top, these are other rows.
    assert julia.extent(REGION, (10, 0, 5, 6), origin="upper") == pytest.approx((-0.5, 0.0, 0.6, 1.2))
    assert julia.extent(ComplexRegion(1.5, -1.5, 1, -1)) == (1.5, -1.5, 1, -1)
    view = View("0.5", "0.25", 3, aspect=(3, 2))
    assert julia.extent(view) == (-1.0, 2.0, -0.75, 1.25)
    assert julia.extent(view, relative=True) == (-1.5, 1.5, -1.0, 1.0)
    deep = View("1/3", "1", "3e-200", aspect=(3, 2))
    left, right, bottom, top = julia.extent(deep, relative=True)
    assert (left, right, bottom, top) == pytest.approx((-1.5e-200, 1.5e-200, -1e-200, 1e-200), rel=1e-6)
    with pytest.raises(ValueError, match="^relative False: must be True"):
        julia.extent(deep)
    with pytest.raises(ValueError, match="^window width"):
        julia.extent(REGION, (29, 0, 2, 1))


def test_matplotlib_shows_each_value_at_its_place():
    """Read from the axes that imshow has drawn."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    # From the corner with the sample point to the middle of the pixel.
    for area, inside, half in [(REGION, 1 + 1j, 1.5 / 60), (View("0.1", "0.2", "2"), 1 - 1j, 1 / 60)]:
        counts = JULIA.counts(area)
        figure, axes = plt.subplots()
        image = axes.imshow(counts.T, origin="lower", extent=JULIA.extent(area), cmap=colormap("magma"))
        points = area.build(60)
        for i, j in [(0, 0), (59, 0), (3, 37), (31, 17)]:
            point = points[i, j] + inside * half
            x, y = axes.transData.transform((point.real, point.imag))
            event = matplotlib.backend_bases.MouseEvent("motion_notify_event", figure.canvas, x, y)
            assert image.get_cursor_data(event) == counts[i, j]
        plt.close(figure)


def test_iterations_are_what_a_call_takes():
    assert JULIA.iterations(REGION) == (0, 300)
    auto = JuliaDiv(1j, n_iterations=(3, "auto"), resolution=40)
    low, high = auto.iterations(View(0, 1, "1e-100"))
    assert low == 3 and 1250 < high < 1300
    same = JuliaDiv(1j, n_iterations=(low, high), resolution=40)
    view = View(0, 1, "1e-100")
    np.testing.assert_array_equal(auto.counts(view), same.counts(view))


def test_palettes_are_colormaps():
    matplotlib = pytest.importorskip("matplotlib")
    names = palettes()
    assert {"gray", "magma", "twilight"} <= set(names) and all(names.values())
    for name in names:
        assert colormap(name).N == 256
    # Where matplotlib has the same one.
    for name in ["viridis", "magma", "inferno", "plasma", "cividis"]:
        there, here = matplotlib.colormaps[name](range(256)), colormap(name)(range(256))
        np.testing.assert_allclose(there, here, atol=1 / 255)
    cmap = colormap(["#000", "#f00"], interior="#00ff00", n=3)
    np.testing.assert_allclose(cmap(range(3))[:, 0], [0, 128 / 255, 1])
    assert cmap(5) == cmap(float("nan")) == (0, 1, 0, 1)
    np.testing.assert_allclose(colormap("magma")(300), colormap("magma")(255))
    for wrong in ["no such", ["red"]]:
        with pytest.raises(ValueError, match="^palette"):
            colormap(wrong)
    with pytest.raises(ValueError, match="^interior nocolour"):
        colormap(interior="nocolour")
    with pytest.raises(ValueError, match="^n 1: must be from 2 to 4096"):
        colormap(n=1)

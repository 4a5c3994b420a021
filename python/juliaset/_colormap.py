"""The palettes for matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ._juliaset import color, colors

if TYPE_CHECKING:
    from matplotlib.colors import Colormap


def colormap(palette: str | Sequence[str] = "gray", *, interior: str | None = None, n: int = 256) -> Colormap:
    """A palette, as `JuliaDiv.render` takes it, as a colormap of matplotlib with `n` colours.

    `interior` is the colour of what is masked, NaN, or over the limit of the colours, such as the points that have not
    escaped with `vmax=itermax - 1`; `None` is the palette's last.

    Raises `ImportError` without matplotlib, and `ValueError` for a palette or colour that cannot be.

    >>> import juliaset
    >>> juliaset.colormap("magma", interior="black", n=64).N
    64
    """
    try:
        from matplotlib.colors import ListedColormap
    except ImportError as error:
        raise ImportError("colormap: matplotlib is not installed") from error
    listed = colors(palette, n) / 255
    red, green, blue, opacity = listed[-1] if interior is None else np.array(color(interior)) / 255
    last = (float(red), float(green), float(blue), float(opacity))
    name = palette if isinstance(palette, str) else "juliaset"
    return ListedColormap(listed, name).with_extremes(bad=last, over=last)

"""Looking around, in a page that a notebook shows."""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Sequence
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qsl

from ._juliaset import JuliaDiv, Picture, Server, View

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    _Real = str | float | Decimal | Fraction


class ExplorerJob(NamedTuple):
    """What the page showed at one moment: the arguments of one picture, by their names."""

    julia: JuliaDiv
    """The map, with the width of the page's picture as its resolution."""
    view: View
    """The part of the plane."""
    tone: dict[str, Any]
    """The colours, as keywords of `JuliaDiv.render`."""

    def render(self, path: str | PathLike[str] | None = None, **options: Any) -> Picture | None:
        """The picture: `julia.render(view, path, **tone)`, with `options` in place of those of the tone, or beside them.

        Without a path it is in memory, and a notebook shows it.
        """
        picture: Picture | None = self.julia.render(self.view, path, **{**self.tone, **options})
        return picture


class Explorer:
    """A page that moves through a Julia set, served by this process to this machine alone.

    As the last line of a notebook's cell it shows the page; elsewhere `address` is for a browser. `job` is what the page
    shows now: `explorer.job.render()` is its picture, and `julia`, `view` and `tone` are its parts.
    It ends with the process, or with `close()`.
    """

    def __init__(self, server: Server, start: dict[str, str], height: int) -> None:
        self._server = server
        self._start = start
        self.height = height
        # Only a weak reference: one that nobody has any more ends at once.
        atexit.register(_close, weakref.ref(self))

    @property
    def address(self) -> str:
        """The page's address."""
        return self._server.address

    def close(self) -> None:
        """Ends the server."""
        self._server.close()

    def _shown(self) -> dict[str, str]:
        seen = self._server.seen()
        return self._start if seen is None else dict(parse_qsl(seen))

    @property
    def job(self) -> ExplorerJob:
        """What the page shows now."""
        shown = self._shown()
        real, imag = shown["c"].split(",")
        iterations = (int(shown["itermin"]), int(shown["itermax"]))
        columns, rows = map(int, shown["size"].split("x"))
        julia = JuliaDiv((real, imag), float(shown["threshold"]), iterations, columns)
        re_text, im_text = shown["center"].split(",")
        view = View(re_text, im_text, shown["width"], aspect=(columns, rows))
        distance = shown.get("distance")
        tone = {
            "palette": shown["palette"],
            "interior": shown.get("interior"),
            "mapping": shown["mapping"],
            "cycles": float(shown["cycles"]),
            "palette_offset": float(shown.get("palette_offset", 0)),
            "smooth": shown.get("smooth") == "1",
            "distance": None if distance is None else float(distance),
        }
        return ExplorerJob(julia, view, tone)

    @property
    def julia(self) -> JuliaDiv:
        """The map, with the width of the page's picture as its resolution."""
        return self.job.julia

    @property
    def view(self) -> View:
        """The part of the plane."""
        return self.job.view

    @property
    def tone(self) -> dict[str, Any]:
        """The colours, as keywords of `JuliaDiv.render`."""
        return self.job.tone

    def __enter__(self) -> Explorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<juliaset.Explorer at {self.address}>"

    def _repr_html_(self) -> str:
        address = escape(self.address, quote=True)
        return (
            f'<iframe src="{address}" width="100%" height="{int(self.height)}" '
            'style="border: 0" allow="clipboard-write; fullscreen"></iframe>'
        )


def _close(reference: weakref.ref[Explorer]) -> None:
    explorer = reference()
    if explorer is not None:
        explorer.close()


def explore(
    c_0: complex | Decimal | Fraction | tuple[_Real, _Real] = -0.835 - 0.2321j,
    threshold: float = 2.0,
    n_iterations: tuple[int, int] = (0, 300),
    view: View | None = None,
    *,
    palette: str | Sequence[str] = "gray",
    interior: str | None = None,
    mapping: Literal["linear", "log", "sqrt", "histogram"] = "linear",
    cycles: float = 1.0,
    palette_offset: float = 0.0,
    smooth: bool = False,
    distance: float | None = None,
    engine: Literal["auto", "cpu", "gpu"] = "auto",
    height: int = 600,
    port: int = 0,
) -> Explorer:
    """Looks around in a page that begins with these arguments of `JuliaDiv` and `JuliaDiv.render`.

    `height` is that of the page in a notebook's cell, in pixels, and `port` 0 is any that is free.

    >>> import juliaset
    >>> with juliaset.explore(-0.8 + 0.156j, palette="magma") as explorer:
    ...     explorer.julia.c_0, explorer.tone["palette"]
    ((-0.8+0.156j), 'magma')
    """
    if view is None:
        view = View(0, 0, "3.2")
    if view != View(view.re, view.im, view.width, zoom=view.zoom, aspect=view.aspect):
        raise ValueError(f"view rotate {view.rotate}: must be 0 to explore")
    if not isinstance(palette, str):
        palette = ",".join(palette)
    threshold = float(threshold)
    cycles, palette_offset = float(cycles), float(palette_offset)
    distance = None if distance is None else float(distance)
    itermin, itermax = map(int, n_iterations)
    place = (view.re, view.im, view.width, view.zoom)
    tone = (palette, interior, mapping, cycles, palette_offset, smooth, distance)
    constant = JuliaDiv(c_0, threshold, (itermin, itermax)).constant
    real, imag = constant if isinstance(constant, tuple) else (repr(constant.real), repr(constant.imag))
    server = Server(c_0, threshold, (itermin, itermax), place, *tone, engine, port)
    start = {
        "c": f"{real},{imag}",
        "threshold": repr(threshold),
        "itermin": str(itermin),
        "itermax": str(itermax),
        "center": f"{view.re},{view.im}",
        "width": view.width or _width(view.zoom),
        "size": "960x600",
        "palette": palette,
        "mapping": mapping,
        "cycles": repr(cycles),
        "palette_offset": repr(palette_offset),
        "smooth": "1" if smooth else "0",
    }
    given = {"interior": interior, "distance": None if distance is None else repr(distance)}
    start.update({name: value for name, value in given.items() if value is not None})
    return Explorer(server, start, height)


def _width(zoom: str | None) -> str:
    """The width of a page of 960 × 600 that is 4 / zoom high."""
    from fractions import Fraction

    width = Fraction(64, 10) / Fraction(zoom or "1")
    return f"{width.numerator}/{width.denominator}"

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from os import PathLike
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    Protocol,
    SupportsComplex,
    SupportsFloat,
    SupportsIndex,
    final,
    overload,
    type_check_only,
)

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "Adapter",
    "ComplexRegion",
    "GpuError",
    "JuliaDiv",
    "Picture",
    "Server",
    "View",
    "__version__",
    "adapters",
    "cluster_line",
    "color",
    "colors",
    "command",
    "palettes",
    "save",
]

__version__: Final[str]

class GpuError(RuntimeError): ...

@type_check_only
class Counts(Protocol):
    """Escape counts in an array, of numpy, Zarr or the like."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    def __getitem__(self, place: tuple[slice, slice], /) -> Any: ...

@type_check_only
class Bar(Protocol):
    """A bar as tqdm has them."""

    def reset(self, total: int) -> object: ...
    def update(self, n: int) -> object: ...

@final
class ComplexRegion:
    def __new__(
        cls,
        xleft: SupportsFloat | SupportsIndex,
        xright: SupportsFloat | SupportsIndex,
        yleft: SupportsFloat | SupportsIndex,
        yright: SupportsFloat | SupportsIndex,
    ) -> ComplexRegion: ...
    @property
    def xleft(self) -> float: ...
    @property
    def xright(self) -> float: ...
    @property
    def yleft(self) -> float: ...
    @property
    def yright(self) -> float: ...
    def build(
        self, resolution: SupportsIndex, *, origin: Literal["lower", "upper"] = "lower"
    ) -> npt.NDArray[np.complex128]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[float, float, float, float]: ...

@final
class View:
    def __new__(
        cls,
        re: str | SupportsFloat | SupportsIndex | Decimal | Fraction,
        im: str | SupportsFloat | SupportsIndex | Decimal | Fraction,
        width: str | SupportsFloat | SupportsIndex | Decimal | Fraction | None = None,
        *,
        zoom: str | SupportsFloat | SupportsIndex | Decimal | Fraction | None = None,
        aspect: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] = (16, 10),
        rotate: str | SupportsFloat | SupportsIndex | Decimal | Fraction | None = None,
    ) -> View: ...
    @property
    def re(self) -> str: ...
    @property
    def im(self) -> str: ...
    @property
    def width(self) -> str | None: ...
    @property
    def zoom(self) -> str | None: ...
    @property
    def aspect(self) -> tuple[int, int]: ...
    @property
    def rotate(self) -> str: ...
    def build(
        self, resolution: SupportsIndex, *, origin: Literal["lower", "upper"] = "lower"
    ) -> npt.NDArray[np.complex128]: ...
    def point(
        self,
        resolution: SupportsIndex,
        i: SupportsIndex,
        j: SupportsIndex,
        *,
        origin: Literal["lower", "upper"] = "lower",
    ) -> tuple[Fraction, Fraction]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[str, ...], dict[str, Any]]: ...

@final
class JuliaDiv:
    def __new__(
        cls,
        c_0: SupportsComplex
        | SupportsFloat
        | SupportsIndex
        | tuple[str | SupportsFloat | SupportsIndex, str | SupportsFloat | SupportsIndex],
        threshold: SupportsFloat | SupportsIndex = 2.0,
        n_iterations: Sequence[SupportsIndex]
        | tuple[SupportsIndex, Literal["auto"]]
        | npt.NDArray[np.integer[Any]] = (0, 50),
        resolution: SupportsIndex = 1000,
        *,
        engine: Literal["auto", "cpu", "gpu"] = "auto",
        precision: Literal["exact", "double", "single"] = "exact",
        adapter: str | None = None,
        threads: SupportsIndex | None = None,
        progress: Callable[[int, int], object] | Bar | bool | None = None,
    ) -> JuliaDiv: ...
    @property
    def c_0(self) -> complex: ...
    @property
    def constant(self) -> complex | tuple[str, str]: ...
    @property
    def threshold(self) -> float: ...
    @property
    def n_iterations(self) -> tuple[int, int] | tuple[int, Literal["auto"]]: ...
    @property
    def resolution(self) -> int: ...
    @property
    def engine(self) -> Literal["auto", "cpu", "gpu"]: ...
    @property
    def precision(self) -> Literal["exact", "double", "single"]: ...
    @property
    def adapter(self) -> str | None: ...
    @property
    def threads(self) -> int | None: ...
    @property
    def progress(self) -> Callable[[int, int], object] | Bar | Literal[True] | None: ...
    def shape(self, region: ComplexRegion | View) -> tuple[int, int]: ...
    def over(
        self,
        region: ComplexRegion | View,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        *,
        origin: Literal["lower", "upper"] = "lower",
    ) -> npt.NDArray[np.float64]: ...
    def counts(
        self,
        region: ComplexRegion | View,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        *,
        origin: Literal["lower", "upper"] = "lower",
    ) -> npt.NDArray[np.uint32]: ...
    def smooth(
        self,
        region: ComplexRegion | View,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        *,
        origin: Literal["lower", "upper"] = "lower",
    ) -> npt.NDArray[np.float64]: ...
    def distances(
        self,
        region: ComplexRegion | View,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        *,
        origin: Literal["lower", "upper"] = "lower",
    ) -> npt.NDArray[np.float64]: ...
    def extent(
        self,
        region: ComplexRegion | View,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        *,
        origin: Literal["lower", "upper"] = "lower",
        relative: bool = False,
    ) -> tuple[float, float, float, float]: ...
    def iterations(self, region: ComplexRegion | View) -> tuple[int, int]: ...
    @overload
    def render(
        self,
        region: ComplexRegion | View,
        path: None = None,
        *,
        palette: str | Sequence[str] = "gray",
        interior: str | None = None,
        mapping: Literal["linear", "log", "sqrt", "histogram"] = "linear",
        histogram: str | None = None,
        cycles: SupportsFloat | SupportsIndex = 1.0,
        palette_offset: SupportsFloat | SupportsIndex = 0.0,
        smooth: bool = False,
        distance: SupportsFloat | SupportsIndex | None = None,
        supersample: SupportsIndex = 1,
        adaptive: bool = False,
        depth: Literal[8, 16] = 8,
        dpi: SupportsFloat | SupportsIndex | None = None,
        compression: Literal["fast", "balanced", "small"] = "balanced",
        metadata: bool = True,
        pyramid: bool = False,
        resume: bool = False,
        window: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]] | None = None,
        counts: Counts | None = None,
    ) -> Picture: ...
    @overload
    def render(
        self,
        region: ComplexRegion | View,
        path: str | PathLike[str],
        *,
        palette: str | Sequence[str] = "gray",
        interior: str | None = None,
        mapping: Literal["linear", "log", "sqrt", "histogram"] = "linear",
        histogram: str | None = None,
        cycles: SupportsFloat | SupportsIndex = 1.0,
        palette_offset: SupportsFloat | SupportsIndex = 0.0,
        smooth: bool = False,
        distance: SupportsFloat | SupportsIndex | None = None,
        supersample: SupportsIndex = 1,
        adaptive: bool = False,
        depth: Literal[8, 16] = 8,
        dpi: SupportsFloat | SupportsIndex | None = None,
        compression: Literal["fast", "balanced", "small"] = "balanced",
        metadata: bool = True,
        pyramid: bool = False,
        resume: bool = False,
        window: None = None,
        counts: Counts | None = None,
    ) -> None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(
        self,
    ) -> tuple[
        tuple[complex, float, tuple[int, int] | tuple[int, Literal["auto"]], int], dict[str, Any]
    ]: ...

@final
class Picture:
    @property
    def pixels(self) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]: ...
    @property
    def rgb(self) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def dpi(self) -> float | None: ...
    @property
    def job(self) -> str: ...
    def image(self) -> Image: ...
    def png(self) -> bytes: ...
    def save(
        self,
        path: str | PathLike[str],
        *,
        compression: Literal["fast", "balanced", "small"] = "balanced",
        metadata: bool = True,
        pyramid: bool = False,
    ) -> None: ...
    def _repr_png_(self) -> bytes: ...
    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Adapter:
    @property
    def name(self) -> str: ...
    @property
    def backend(self) -> str: ...
    @property
    def driver(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def pci_bus_id(self) -> str: ...
    @property
    def precisions(self) -> tuple[Literal["exact", "double", "single"], ...]: ...
    @property
    def shader_f64(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]
    def __reduce__(self) -> tuple[Any, ...]: ...

def adapters() -> list[Adapter]: ...
def palettes() -> dict[str, str]: ...
def color(interior: str) -> tuple[int, int, int, int]: ...
def colors(palette: str | Sequence[str], n: SupportsIndex) -> npt.NDArray[np.uint8]: ...
def save(
    path: str | PathLike[str],
    pixels: Any,
    compression: Literal["fast", "balanced", "small"] = "balanced",
    job: str = "",
    dpi: SupportsFloat | SupportsIndex | None = None,
    pyramid: bool = False,
) -> None: ...
def cluster_line(
    args: Sequence[str],
) -> tuple[JuliaDiv, ComplexRegion | View, dict[str, Any], str, dict[str, Any]]: ...
def command(args: Sequence[str]) -> int: ...

@final
class Server:
    def __new__(
        cls,
        c_0: SupportsComplex
        | SupportsFloat
        | SupportsIndex
        | tuple[str | SupportsFloat | SupportsIndex, str | SupportsFloat | SupportsIndex],
        threshold: float,
        n_iterations: tuple[int, int],
        view: tuple[str, str, str | None, str | None],
        palette: str,
        interior: str | None,
        mapping: str,
        cycles: float,
        palette_offset: float,
        smooth: bool,
        distance: float | None,
        engine: str,
        port: int,
    ) -> Server: ...
    @property
    def address(self) -> str: ...
    def seen(self) -> str | None: ...
    def close(self) -> None: ...

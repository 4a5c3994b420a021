"""Julia sets you can trust, on any GPU and on the CPU.

>>> import juliaset
>>> region = juliaset.ComplexRegion(-1.6, 1.6, -1.0, 1.0)
>>> julia = juliaset.JuliaDiv(-0.835 - 0.2321j, n_iterations=(5, 80), resolution=320)
>>> values = julia.over(region)
>>> values.shape, values.dtype
((320, 200), dtype('float64'))
"""

from ._colormap import colormap
from ._explore import Explorer, explore
from ._juliaset import (
    Adapter,
    ComplexRegion,
    GpuError,
    JuliaDiv,
    Picture,
    View,
    __version__,
    adapters,
    palettes,
)

__all__ = [
    "Adapter",
    "ComplexRegion",
    "Explorer",
    "GpuError",
    "JuliaDiv",
    "Picture",
    "View",
    "__version__",
    "adapters",
    "colormap",
    "explore",
    "palettes",
]

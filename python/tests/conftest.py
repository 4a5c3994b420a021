"""What all tests share. They test the installed package, not the source tree."""

import juliaset
import numpy as np
import numpy.typing as npt
import pytest

HEADLINE = "77fae31a03e92012bbfa9414b5a2505f9de770265e4711454e603afcf0b72051"


def definition(
    c: complex, threshold: float, itermax: int, points: npt.NDArray[np.complexfloating]
) -> npt.NDArray[np.uint32]:
    """The escape counts of the points by the definition, in the points' own precision.

    Components one by one: numpy's complex product may round otherwise.
    """
    re, im = points.real.copy(), points.imag.copy()
    real = re.dtype.type
    c_re, c_im, limit = real(c.real), real(c.imag), real(threshold) * real(threshold)
    counts = np.full(points.shape, itermax, np.uint32)
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(itermax):
            re, im = re * re - im * im + c_re, re * im + im * re + c_im
            escaped = ~(re * re + im * im < limit) & (counts == itermax)
            counts[escaped] = i
    return counts


@pytest.fixture
def region() -> juliaset.ComplexRegion:
    return juliaset.ComplexRegion(-1.5, 1.5, -1.2, 1.2)

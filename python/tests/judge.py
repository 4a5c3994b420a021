"""The true escape count of a point of any depth, in whole numbers."""

from __future__ import annotations

from fractions import Fraction


def true_count(c: complex | tuple[Fraction, Fraction], itermax: int, point: tuple[Fraction, Fraction]) -> int:
    """The count for the threshold 2, in units of 2**-bits: the 2 bits that a step can lose are there."""
    bits = 2 * itermax + 1300
    parts = c if isinstance(c, tuple) else (c.real, c.imag)
    c_re, c_im, re, im = (int(Fraction(part) * 2**bits) for part in (*parts, *point))
    limit = 4 << 2 * bits
    for i in range(itermax):
        re, im = (re * re - im * im >> bits) + c_re, (2 * re * im >> bits) + c_im
        norm = re * re + im * im
        assert abs(norm - limit) >> (2 * bits - 1000), "not decided"
        if norm >= limit:
            return i
    return itermax

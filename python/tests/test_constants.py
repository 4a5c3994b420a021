"""The constant c with more digits than a float."""

import copy
import pickle
import random
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from judge import true_count
from juliaset import JuliaDiv, View, explore

REAL, IMAG = "-0.81234567890123456789012345678901234567890123456789012345678", "0.156"


def fixed_point(c: tuple[Fraction, Fraction]) -> tuple[Decimal, Decimal]:
    """A point on the Julia set, the repelling solution of z² + c = z, to 80 digits."""
    with localcontext() as context:
        context.prec = 120
        re, im = (1 - 4 * Decimal(c[0].numerator) / c[0].denominator, -4 * Decimal(c[1].numerator) / c[1].denominator)
        size = (re * re + im * im).sqrt()
        root = ((size + re) / 2).sqrt(), ((size - re) / 2).sqrt().copy_sign(im)
        return ((1 + root[0]) / 2).quantize(Decimal("1e-80")), (root[1] / 2).quantize(Decimal("1e-80"))


def test_counts_are_those_of_the_constant_as_it_is_written():
    """It was rounded to the nearest floats: a deep view of another set was shown."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    exact = (Fraction(REAL), Fraction(float(IMAG)))
    view = View(*fixed_point(exact), "1e-40")
    counts = JuliaDiv((REAL, IMAG), n_iterations=(0, 600), resolution=40).counts(view)
    assert len(np.unique(counts)) > 20
    for _ in range(12):
        i, j = draw.randrange(counts.shape[0]), draw.randrange(counts.shape[1])
        assert counts[i, j] == true_count(exact, 600, view.point(40, i, j)), (i, j)
    rounded = JuliaDiv(complex(float(REAL), float(IMAG)), n_iterations=(0, 600), resolution=40)
    assert np.count_nonzero(rounded.counts(view) != counts) > counts.size // 2


def test_up_to_17_digits_are_the_float():
    for real in ["-0.8", -0.8, Decimal("-0.8"), "-0.80000000000000004", np.float64(-0.8)]:
        julia = JuliaDiv((real, "0.156"))
        assert julia == JuliaDiv(-0.8 + 0.156j)
        assert julia.constant == julia.c_0 == -0.8 + 0.156j
    assert JuliaDiv(Decimal("0.25")) == JuliaDiv(Fraction(1, 4)) == JuliaDiv(0.25)


def test_a_long_constant_is_kept():
    julia = JuliaDiv((REAL, IMAG))
    assert julia.c_0 == complex(float(REAL), float(IMAG))
    real, imag = julia.constant
    assert (Fraction(real), imag) == (Fraction(REAL), IMAG)
    for same in [
        JuliaDiv(julia.constant), JuliaDiv((Decimal(REAL), IMAG)), copy.copy(julia), pickle.loads(pickle.dumps(julia)),
        eval(repr(julia), {"JuliaDiv": JuliaDiv}),
    ]:  # fmt: skip
        assert same == julia and hash(same) == hash(julia) and same.constant == julia.constant
    assert julia != JuliaDiv(julia.c_0)
    third = JuliaDiv(Fraction(1, 3))
    assert third.constant == ("1/3", "0") and third == JuliaDiv(("1/3", "0.0")) != JuliaDiv(1 / 3)
    assert hash(third) == hash(JuliaDiv(("1/3", "0.0")))


def test_what_is_no_constant_is_refused():
    for parts, error, line in [
        (("x", "0"), ValueError, "c_0[0] x: "),
        (("0", "nan"), ValueError, "c_0[1] nan: "),
        ((None, 0), TypeError, "c_0[0]: must be "),
        ((0, 1, 2), TypeError, "c_0: must be "),
        (("1e400", "0"), ValueError, ""),
    ]:
        with pytest.raises(error) as caught:
            JuliaDiv(parts)
        assert str(caught.value).startswith(line) and "\n" not in str(caught.value)


def test_the_page_has_all_digits():
    with explore((REAL, IMAG)) as explorer:
        assert explorer.julia.constant == JuliaDiv((REAL, IMAG)).constant
        assert explorer.julia == JuliaDiv((REAL, IMAG), n_iterations=(0, 300), resolution=960)

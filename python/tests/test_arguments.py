"""Every argument of every function: what cannot be is one line that names it."""

import inspect
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from juliaset import ComplexRegion, JuliaDiv, View


class Stubborn:
    """A number whose own code fails."""

    def __init__(self, error):
        self.error = error

    def fail(self, *_):
        raise self.error

    __index__ = __float__ = __complex__ = __len__ = __getitem__ = __fspath__ = fail


TEXTS = (None, 7, b"auto", ["auto"])
NAMES = (TEXTS, ("", "tpu", "a\nb", "x" * 100_000, "\ud800"))
NUMBERS = ("1", None, 1j, [1], object())
COORDINATES = (NUMBERS, (float("nan"), float("inf"), -(10**400)))
WHOLES = (1.5, "1", None, 1j, [1])
SWITCHES = ((None, 0, 1, "yes"), ())
REGIONS = ((None, (0, 1, 0, 1), "x", JuliaDiv), ())
SIZES = (WHOLES, (-1, 0, 2**31, 2**64, 10**5000))
WINDOWS = (
    (7, "abcd", {0: 1}, {1, 2, 3, 4}, (0, 0, 1, 1.5), np.zeros(4), np.array(7)),
    ((), (0, 0, 1), (0,) * 5, (-1, 0, 1, 1), (0, 0, 0, 1), (0, 0, 1, 2**40), (0, 0, 11, 1)),
)
PALETTES = (
    (None, 7, 1.5, b"gray", ["red", 7], {"red", "blue"}, [None, None]),
    ("", "virids", "red,", [], ["red"], ["red", "nocolour"], ["red", "x\ny"], "\ud800"),
)
ORIGINS = (TEXTS, ("", "left", "UPPER"))
EXACT = (
    (1j, [1], b"1", object()),
    ("", "x", "1e", "1 ", "1/0", "é", "1\n2", "1e1000001", "1" * 1_000_001, float("nan"), float("inf"),
     Decimal("nan"), Decimal("-Infinity"), "\ud800"),
)  # fmt: skip
NEEDED = ((None, *EXACT[0]), EXACT[1])
OVER_ZERO = (EXACT[0], (*EXACT[1], 0, "-0", -1.0, Decimal("-1e-5000"), Fraction(-1, 3)))

REGION = ComplexRegion(-1, 1, -1, 1)
VIEW = View(0, 0, 1)


def call(function, **arguments):
    """Calls it with these arguments, and what it needs besides."""
    needed = {
        ComplexRegion: {"xleft": -1, "xright": 1, "yleft": -1, "yright": 1},
        ComplexRegion.build: {"resolution": 10},
        View: {"re": 0, "im": 0} | ({} if "zoom" in arguments else {"width": 1}),
        View.build: {"resolution": 10},
        View.point: {"resolution": 10, "i": 0, "j": 0},
        JuliaDiv: {"c_0": 1j},
        JuliaDiv.render: {"region": REGION} | ({} if "window" in arguments else {"path": "never.png"}),
    }.get(function, {"region": REGION})
    of = {
        ComplexRegion.build: REGION, View.build: VIEW, View.point: VIEW,
    }.get(function, JuliaDiv(1j, resolution=10))  # fmt: skip
    bound = () if inspect.isclass(function) else (of,)
    return function(*bound, **{**needed, **arguments})


# For each argument its wrong types, and the values that cannot be.
ARGUMENTS = {
    ComplexRegion: dict.fromkeys(["xleft", "xright", "yleft", "yright"], COORDINATES),
    ComplexRegion.build: {"resolution": SIZES, "origin": ORIGINS},
    View: {
        "re": NEEDED,
        "im": NEEDED,
        "width": OVER_ZERO,
        "zoom": OVER_ZERO,
        "aspect": (
            (16, "ab", None, {16, 10}, (16, 1.5), np.array([16.0, 10.0])),
            ((), (16,), (1, 2, 3), (-1, 10), (0, 10), (16, 0), (16, 2**32), range(10**9)),
        ),
        "rotate": EXACT,
    },
    View.build: {"resolution": SIZES, "origin": ORIGINS},
    View.point: {
        "resolution": SIZES,
        "i": (WHOLES, (-1, 10, 2**64, 10**5000)),
        "j": (WHOLES, (-1, 6, 2**64, 10**5000)),
        "origin": ORIGINS,
    },
    JuliaDiv: {
        "c_0": (("1j", None, [1], object()), (complex("nan"), complex(0, float("inf")), 10**400)),
        "threshold": (NUMBERS, (0, -1, float("nan"), 10**400, -(10**400))),
        "n_iterations": (
            (50, "ab", None, {0, 50}, (0, 1.5), (None, 50), np.array([0.0, 50.0])),
            ((), (50,), (0, 1, 2), (-1, 50), (0, 2**32), (50, 50), (9, 3), range(10**9)),
        ),
        "resolution": SIZES,
        "engine": NAMES,
        "precision": NAMES,
        "adapter": ((7, b"x", ["x"]), ()),
        "threads": ((1.5, "1", [1]), (-1, 0, 1025, 2**64, 10**5000)),
        "progress": (("loud", 7, [print]), ()),
    },
    JuliaDiv.over: {"region": REGIONS, "window": WINDOWS, "origin": ORIGINS},
    JuliaDiv.counts: {"region": REGIONS, "window": WINDOWS, "origin": ORIGINS},
    JuliaDiv.smooth: {"region": REGIONS, "window": WINDOWS, "origin": ORIGINS},
    JuliaDiv.distances: {"region": REGIONS, "window": WINDOWS, "origin": ORIGINS},
    JuliaDiv.extent: {"region": REGIONS, "window": WINDOWS, "origin": ORIGINS, "relative": SWITCHES},
    JuliaDiv.iterations: {"region": REGIONS},
    JuliaDiv.shape: {"region": REGIONS},
    JuliaDiv.render: {
        "region": REGIONS,
        "path": ((7, b"x.png", ["x.png"]), ("", "new/", ".", "x.bmp", "x.b\nmp", "x.exr")),
        "palette": PALETTES,
        "interior": ((7, b"red", ["red"]), ("", "nocolour", "x" * 100_000)),
        "mapping": NAMES,
        "histogram": ((7, b"5:1", ["5:1"]), ("", "5", "5:0", "6:1,5:1", "5:1," * 100_000)),
        "cycles": (NUMBERS, (0, -1, float("nan"), 10**400)),
        "palette_offset": (NUMBERS, (float("nan"), float("inf"), 10**400)),
        "smooth": SWITCHES,
        "distance": (("1", 1j, [1]), (0, -1, float("nan"), 10**400)),
        "supersample": (WHOLES, (-1, 0, 17, 2**64, 10**5000)),
        "adaptive": SWITCHES,
        "depth": (WHOLES, (-8, 0, 12, 2**64, 10**5000)),
        "dpi": (("300", 1j, [300]), (0, 0.5, -300, 65536, float("nan"), 10**400)),
        "compression": NAMES,
        "metadata": SWITCHES,
        "pyramid": SWITCHES,
        "resume": SWITCHES,
        "window": WINDOWS,
        "counts": (
            (7, "x", [[1]], object(), np.zeros(10), np.full((10, 10), 0.5), np.full((10, 10), "x")),
            (np.zeros((10, 11), int), np.zeros((0, 0), int), np.full((10, 10), -1)),
        ),
    },
}
CASES = [
    pytest.param(function, name, value, error, id=f"{function.__name__}-{name}-{value!r:.30}")
    for function, arguments in ARGUMENTS.items()
    for name, (types, values) in arguments.items()
    for error, wrong in [(TypeError, types), (ValueError, values)]
    for value in wrong
    if not (isinstance(value, int) and abs(value) > 10**4000)
] + [
    pytest.param(function, name, 10**5000, ValueError, id=f"{function.__name__}-{name}-immense")
    for function, arguments in ARGUMENTS.items()
    for name, (_, values) in arguments.items()
    if any(isinstance(value, int) and value == 10**5000 for value in values)
]

# What a part of an argument is called.
PARTS = {
    "c_0": ["c_0.re", "c_0.im"],
    "n_iterations": ["itermin", "itermax"],
    "palette": ["palette[0]", "palette[1]"],
}


@pytest.mark.parametrize(("function", "name", "value", "error"), CASES)
def test_what_cannot_be_names_its_argument_in_one_line(
    function, name, value, error, tmp_path, monkeypatch
):
    """It was named in a note at the most, which few programs show."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as caught:
        call(function, **{name: value})
    line = str(caught.value)
    names = [name, *PARTS.get(name, [])]
    assert line.startswith(tuple(name + end for name in names for end in " :")), line
    assert "\n" not in line and len(line) < 1500
    assert caught.type is error and caught.value.__cause__ is None
    assert not list(tmp_path.iterdir())


def test_no_argument_is_left_out():
    for function, arguments in ARGUMENTS.items():
        parameters = [name for name in inspect.signature(function).parameters if name != "self"]
        assert parameters == list(arguments), function


@pytest.mark.parametrize(
    ("function", "name"),
    [(JuliaDiv, name) for name in ["threshold", "c_0", "n_iterations", "resolution", "threads"]]
    + [(JuliaDiv.render, name) for name in ["path", "cycles", "depth", "distance"]]
    + [(JuliaDiv.over, "window"), (ComplexRegion, "xleft"), (View, "re"), (View, "zoom")],
)
def test_what_a_value_raises_is_what_is_heard(function, name):
    for own in [ZeroDivisionError("mine"), KeyError("mine"), KeyboardInterrupt("mine")]:
        with pytest.raises(type(own)) as caught:
            call(function, **{name: Stubborn(own)})
        assert caught.value is own


def test_what_a_palette_raises_is_what_is_heard():
    """It used to be hidden behind a TypeError about sequences."""

    class Palette(list):
        def __iter__(self):
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        call(JuliaDiv.render, palette=Palette(["red", "blue"]))


def test_a_type_error_of_a_values_own_code_is_the_cause():
    own = TypeError("mine")
    with pytest.raises(TypeError, match="^threshold: must be a number, not Stubborn$") as caught:
        JuliaDiv(1j, Stubborn(own))
    assert caught.value.__cause__ is own


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: View("0.7.1", 0, 1), "re 0.7.1: must be a number such as -0.75, 1e-100, 0x1.8p-70 or 3/7"),
        (lambda: View(0, None, 1), "im: must be a number or the text of one, not None"),
        (lambda: View(0, 0, Fraction(-1, 7)), "width -1/7: must be over 0"),
        (lambda: View(0, 0), "width None: must be given if zoom is not"),
        (lambda: View(0, 0, "1e-9", zoom=2), "width 1e-9: cannot be given with zoom"),
        (
            lambda: View(0, 0, 1, aspect=(10**6, 1)).build(9),
            "resolution 9: the view's aspect makes it 0 rows; a picture has 1 to 2147483647 pixels a side",
        ),
        (
            lambda: JuliaDiv("x"),
            "c_0: must be a complex number, or a tuple of its real and its imaginary part, not str",
        ),
        (lambda: JuliaDiv(1j, engine=None), "engine: must be a str, not None"),
        (lambda: JuliaDiv(1j, threads="2"), "threads: must be a whole number or None, not str"),
        (
            lambda: JuliaDiv(1j, n_iterations=(1, 2, 3)),
            "n_iterations: must be (itermin, itermax), 2 numbers, not 3",
        ),
        (
            lambda: JuliaDiv(1j, n_iterations=(0, 1.5)),
            "n_iterations itermax: must be a whole number, not float",
        ),
        (
            lambda: call(JuliaDiv.over, window=(1, 2)),
            "window: must be (col, row, width, height), 4 numbers, not 2",
        ),
        (
            lambda: call(JuliaDiv.over, region=(0, 1, 0, 1)),
            "region: must be a ComplexRegion or a View, not tuple",
        ),
        (
            lambda: call(JuliaDiv.counts, origin="left"),
            "origin left: must be one of lower, upper",
        ),
        (
            lambda: call(JuliaDiv.render, palette=7),
            "palette: must be a name or a sequence of colours, not int",
        ),
        (lambda: call(JuliaDiv.render, palette=["red", 7]), "palette[1]: must be a str, not int"),
        (lambda: call(JuliaDiv.render, compression=9), "compression: must be a str, not int"),
        (lambda: call(JuliaDiv.render, smooth=1), "smooth: must be True or False, not int"),
        (lambda: call(JuliaDiv.render, depth=-8), "depth -8: must be one of 8, 16"),
    ],
)
def test_the_line(make, line):
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    assert str(caught.value) == line

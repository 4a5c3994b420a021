"""Every example of a docstring, and that everything has one."""

import doctest
import inspect

import juliaset
import pytest

PUBLIC = [juliaset, *(getattr(juliaset, name) for name in juliaset.__all__ if name[0] != "_")]


@pytest.mark.parametrize("item", PUBLIC, ids=lambda item: item.__name__)
def test_examples(item):
    if item is juliaset.colormap:
        pytest.importorskip("matplotlib")
    # The classes are in another language: no module and no source to look for.
    own = {} if inspect.ismodule(item) else {"module": False}
    found = doctest.DocTestFinder(recurse=not inspect.ismodule(item)).find(item, **own)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in found:
        test.globs = {}
        runner.run(test)
    assert runner.failures == 0


def test_there_are_examples():
    for item in [juliaset, juliaset.JuliaDiv.over, juliaset.JuliaDiv.counts,
                 juliaset.JuliaDiv.render, juliaset.ComplexRegion, juliaset.ComplexRegion.build,
                 juliaset.JuliaDiv, juliaset.Picture, juliaset.View, juliaset.View.build,
                 juliaset.View.point, juliaset.JuliaDiv.smooth, juliaset.JuliaDiv.distances,
                 juliaset.JuliaDiv.extent, juliaset.JuliaDiv.iterations, juliaset.palettes, juliaset.colormap, juliaset.adapters]:  # fmt: skip
        assert ">>> " in item.__doc__, item


@pytest.mark.parametrize("item", PUBLIC, ids=lambda item: item.__name__)
def test_everything_is_documented(item):
    assert item.__doc__
    for name, member in vars(item).items() if inspect.isclass(item) else []:
        if not name.startswith("_"):
            assert member.__doc__, f"{item.__name__}.{name}"

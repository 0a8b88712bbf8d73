"""The documented table of conventions at ties and kinks, row by row."""

import pathlib
import re
import warnings

import numpy as np
import pytest

import autograd_core
from autograd_core import GaugeWarning, KinkWarning, grad, hessian

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "conventions.md"
NAMES = {**{name: getattr(autograd_core, name) for name in autograd_core.__all__}, "np": np, "inf": np.inf, "nan": np.nan}


def cases(heading="## At ties and kinks"):
    """(expression, x, the gradients that are allowed, whether it warns) for each function in each row."""
    table = PAGE.read_text(encoding="utf-8").partition(heading)[2].partition("\n## ")[0]
    for line in table.splitlines():
        if line.startswith("| `"):
            functions, points, gradients, remark = (re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:-1])
            yield from (pytest.param(f, x, gradients, remark, id=f"{f} at {x}") for f in functions for x in points)


CASES = list(cases())
SECOND = list(cases("## Second derivatives at kinks"))


def test_the_table_is_found():
    assert len(CASES) > 60


@pytest.mark.parametrize(("function", "x", "gradients", "remark"), CASES)
def test_convention(function, x, gradients, remark):
    x = np.array(eval(x, NAMES))
    code = compile(function, function, "eval")
    f = grad(lambda x: np.real(np.sum(eval(code, NAMES, {"x": x}))))
    with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = f(x if x.dtype.kind == "c" else x.astype(float))
    assert any(np.allclose(found, eval(gradient, NAMES), rtol=1e-12, atol=1e-12) for gradient in gradients), found
    assert any(issubclass(one.category, GaugeWarning) for one in caught) == ("GaugeWarning" in remark)


@pytest.mark.parametrize(("function", "x", "hessians", "remark"), SECOND)
def test_second_convention(function, x, hessians, remark):
    code = compile(function, function, "eval")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        second = hessian(lambda x: np.sum(eval(code, NAMES, {"x": x})))(np.array(eval(x, NAMES), float))
    np.testing.assert_allclose(second, eval(hessians[0], NAMES), rtol=1e-12, atol=1e-12)
    assert {one.category for one in caught} == ({KinkWarning} if "KinkWarning" in remark else set())

"""Checking derivatives: against finite differences, along random directions, and with properties that hypothesis searches.

    gradcheck(f, x, w)                       # True, or a GradientError that says where, by how much, and how to reproduce it
    check_vjp(f, rule, (x, w))               # the same for a backward pass written by hand

    @property_gradcheck(x=arrays(shape=(3, 4)))      # a whole property test, which shrinks to a small counterexample
    def test_log_cosh(x):
        return np.log(np.cosh(x))

The strategies, and `property_gradcheck`, need hypothesis, which is imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from autograd_core.testing.check import check_jvp, check_vjp, gradcheck
from autograd_core.testing.closeness import assert_allclose
from autograd_core.testing.witness import complex_step, numerical_jacobian

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.testing.property import property_gradcheck
    from autograd_core.testing.strategies.arrays import arrays, operands, shapes, shapes_that_broadcast, tensors
    from autograd_core.testing.strategies.expressions import calls, expressions
    from autograd_core.testing.strategies.indices import axes, indices
    from autograd_core.testing.strategies.matrices import networks, orthogonal, positive_definite, well_conditioned

__all__ = [
    "gradcheck",
    "check_vjp",
    "check_jvp",
    "assert_allclose",
    "numerical_jacobian",
    "complex_step",
    # These need hypothesis, which is imported when one of them is first used
    "property_gradcheck",
    "arrays",
    "tensors",
    "operands",
    "shapes",
    "shapes_that_broadcast",
    "indices",
    "axes",
    "orthogonal",
    "well_conditioned",
    "positive_definite",
    "networks",
    "expressions",
    "calls",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "property" if name == "property_gradcheck" else "strategies"
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

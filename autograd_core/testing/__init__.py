"""Checking derivatives: against finite differences, along random directions, and with properties that hypothesis searches.

    gradcheck(f, x, w)                       # True, or a GradientError that says where, by how much, and how to see it again
    check_vjp(f, rule, (x, w))               # the same for a backward pass written by hand

    @property_gradcheck(x=arrays(shape=(3, 4)))      # a whole property test, which shrinks to a small counterexample
    def test_log_cosh(x):
        return np.log(np.cosh(x))

The strategies, and `property_gradcheck`, need hypothesis, which is imported when they are first used.
"""

from importlib import import_module

from autograd_core.testing.check import check_jvp, check_vjp, gradcheck
from autograd_core.testing.closeness import assert_allclose
from autograd_core.testing.witness import complex_step, numerical_jacobian

# What needs hypothesis, which is imported when one of these is first asked for
WITH_HYPOTHESIS = {
    "property_gradcheck": "property",
    **dict.fromkeys(
        (
            "arrays", "tensors", "operands", "shapes", "shapes_that_broadcast", "indices", "axes", "orthogonal",
            "well_conditioned", "positive_definite", "networks", "expressions", "calls",
        ),
        "strategies",
    ),
}  # fmt: skip

__all__ = [
    "gradcheck",
    "check_vjp",
    "check_jvp",
    "assert_allclose",
    "numerical_jacobian",
    "complex_step",
    *WITH_HYPOTHESIS,
]


def __getattr__(name):
    if name not in WITH_HYPOTHESIS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{WITH_HYPOTHESIS[name]}"), name)


def __dir__():
    return sorted({*globals(), *__all__})

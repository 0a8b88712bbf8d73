"""Hypothesis strategies for testing gradients: arrays and Tensors in every shape and memory layout, operands that
broadcast, indices and axes, matrices of a known kind, and whole random programs.

    shapes, shapes_that_broadcast   tuples of sides
    arrays, tensors, operands       one array, one Tensor, several arrays that broadcast together
    indices, axes                   of every kind that fits a shape
    orthogonal, well_conditioned, positive_definite
    networks                        the sizes of a small multilayer perceptron
    expressions, calls              random programs that share their intermediate results

What they draw is small and sane (values between -2 and 2 unless asked otherwise), shrinks to round numbers, and has in
it what goes wrong: size 0, size 1, shape (), ties, repeated indices, views with strides of every kind.
"""

try:
    import hypothesis
except ImportError as error:
    raise ImportError(
        "the strategies and property tests of autograd_core.testing need hypothesis: "
        "pip install hypothesis, or install autograd_core with its extra [test]"
    ) from error

from autograd_core.testing.strategies.arrays import LAYOUTS, arrays, operands, shapes, shapes_that_broadcast, tensors
from autograd_core.testing.strategies.expressions import Expression, calls, expressions
from autograd_core.testing.strategies.indices import axes, indices
from autograd_core.testing.strategies.matrices import Network, networks, orthogonal, positive_definite, well_conditioned

__all__ = [
    "LAYOUTS", "Expression", "Network", "arrays", "axes", "calls", "expressions", "hypothesis", "indices", "networks",
    "operands", "orthogonal", "positive_definite", "shapes", "shapes_that_broadcast", "tensors", "well_conditioned",
]  # fmt: skip

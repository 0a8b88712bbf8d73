"""PyTorch's operations, written for Tensors as NumPy has them: each is a function of `torch`, a method of Tensor, or both.

What each does and which arguments it takes is in PyTorch's documentation.

elementwise    of one and two operands
reductions     sums, extremes, orders
shaping        views, joining and splitting
choosing       gather, scatter, masks and the like
products       of matrices
"""

import inspect

from autograd_core.compat.torch.operations import choosing, elementwise, products, reductions, shaping

FAMILIES = (elementwise, reductions, shaping, choosing, products)


def operations(only):
    """{name: function} of all families: those that are methods of Tensor for "methods", those of `torch` for "functions"."""
    functions = {}
    for family in FAMILIES:
        left_out = getattr(family, "FUNCTIONS_ONLY" if only == "methods" else "METHODS_ONLY", ())
        own = {name: value for name, value in vars(family).items() if inspect.isfunction(value) and name[0] != "_"}
        own = {name: value for name, value in own.items() if value.__module__ == family.__name__}
        for name, function in family.TABLE.items():
            function.__name__ = function.__qualname__ = name
            function.__doc__ = f"PyTorch's `{name}`."
        functions.update({name: value for name, value in {**own, **family.TABLE}.items() if name not in left_out})
    return functions

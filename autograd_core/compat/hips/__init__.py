"""HIPS autograd's names, for programs that were written for it.

    from autograd_core.compat import hips
    hips.install()                         # before the program imports autograd

    import autograd.numpy as np            # from here on this package
    from autograd import grad

What a program imports as `autograd` is then made of this package's public names. Functions differ if HIPS autograd's meaning
differs: integers are taken as floats, `np.array` and other functions take lists of recorded values, the gradient of a Cholesky
factor is symmetric, and a result that does not depend on the argument gives zeros and a warning.
"""

from autograd_core.compat.hips.containers import dict, isinstance, list, tuple, type
from autograd_core.compat.hips.extend import primitive
from autograd_core.compat.hips.modules import install, uninstall
from autograd_core.compat.hips.operators import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)

__all__ = [
    "install",
    "uninstall",
    "grad",
    "value_and_grad",
    "elementwise_grad",
    "jacobian",
    "hessian",
    "deriv",
    "holomorphic_grad",
    "grad_and_aux",
    "grad_named",
    "multigrad_dict",
    "make_vjp",
    "make_jvp",
    "make_hvp",
    "make_ggnvp",
    "hessian_tensor_product",
    "hessian_vector_product",
    "tensor_jacobian_product",
    "vector_jacobian_product",
    "checkpoint",
    "primitive",
    "isinstance",
    "type",
    "tuple",
    "list",
    "dict",
]

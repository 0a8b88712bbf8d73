"""Exact gradients of NumPy code, by reverse-mode automatic differentiation.

from autograd_core import Tensor, grad

a = Tensor(2.0, requires_grad=True)      # Tensors record what is done to them …
y = a * a + 1
y.backward()                             # … and send gradients back
a.grad                                   # array(4.)

grad(lambda x: x * x + 1)(2.0)           # or: a function in, its gradient function out
"""

from importlib import import_module as _import_module

from numpy import empty as _empty

from autograd_core import errors
from autograd_core.derivatives import kinds
from autograd_core.derivatives.activations import elu, gelu, leaky_relu, normal_cdf, relu, sigmoid, silu, softplus
from autograd_core.derivatives.class_losses import cross_entropy, nll_loss
from autograd_core.derivatives.entry import KinkWarning
from autograd_core.derivatives.gauges import GaugeWarning
from autograd_core.derivatives.losses import binary_cross_entropy, binary_cross_entropy_with_logits, mse_loss
from autograd_core.derivatives.nets import linear
from autograd_core.derivatives.softmax import log_softmax, logsumexp, softmax
from autograd_core.derivatives.table import primitive
from autograd_core.graph.anomaly import detect_anomaly
from autograd_core.graph.modes import enable_grad, is_grad_enabled, no_grad
from autograd_core.tensor import Tensor, standard

__version__ = "0.1.0"

# The C library of Linux keeps memory that is freed, instead of giving it back and being given it page by page in the next step,
# up to twice the largest array that was freed so far. So one is, of 8 MB that nobody touches.
_empty(1 << 20)


def _adapter_of(kind):
    """The class that stands for arrays of another library; loaded when the first of them comes."""
    from autograd_core.arrays.adapters import adapter_of

    return adapter_of(kind)


def _namespace():
    """The namespace of Tensors in the Array API standard, likewise."""
    from autograd_core import array_api

    return array_api


# What the engine needs of packages that are built on it
kinds.finder[:] = [_adapter_of]
standard.namespace[:] = [_namespace]


# Loaded when it is first used, since a program with Tensors needs none of it: functions of functions would make a tenth of the
# time that importing this package takes, `capture` half of it
_LATE = {
    **dict.fromkeys(("grad", "value_and_grad", "elementwise_grad", "vjp", "jvp", "hvp"), "functional.transforms"),
    **dict.fromkeys(("jacobian", "hessian"), "functional.jacobians"),
    **dict.fromkeys(("checkpoint", "is_recomputing"), "functional.checkpoint"),
    "vmap": "functional.vmap",
    "LoopWarning": "functional.batches.calls",
    "flatten": "functional.flattening",
    "capture": "capturing",
}


def __getattr__(name):
    """What is loaded when it is first used."""
    if name in _LATE:
        value = getattr(_import_module(f"{__name__}.{_LATE[name]}"), name)
    elif name == "array_api":
        import autograd_core.array_api as value
    else:
        from importlib.util import find_spec

        from autograd_core.errors.hints import absent

        if name[:1] != "_" and find_spec(f"{__name__}.{name}") is not None:
            wanted = f"write import {__name__}.{name} first"
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {wanted}", name=name)
        raise absent(f"module {__name__!r}", name, __all__, "there is no such function here; layers are in nn")
    globals()[name] = value
    return value


def __dir__():
    """With what is not loaded yet, for those who complete a name."""
    return sorted({*globals(), *__all__})


__all__ = [
    # Values that record what is done to them, and when they do
    "Tensor",
    "no_grad",
    "enable_grad",
    "is_grad_enabled",
    # Functions of functions
    "grad",
    "value_and_grad",
    "elementwise_grad",
    "vjp",
    "jvp",
    "jacobian",
    "hessian",
    "hvp",
    "vmap",
    "flatten",
    "checkpoint",
    "is_recomputing",
    # A whole step, recorded once and replayed
    "capture",
    # The Array API standard
    "array_api",
    # Functions that NumPy does not have
    "sigmoid",
    "softplus",
    "relu",
    "leaky_relu",
    "elu",
    "silu",
    "gelu",
    "normal_cdf",
    "logsumexp",
    "softmax",
    "log_softmax",
    "linear",
    "mse_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "nll_loss",
    # Operations of one's own, and what to do when something is wrong
    "primitive",
    "detect_anomaly",
    "GaugeWarning",
    "KinkWarning",
    "LoopWarning",
    "errors",
]

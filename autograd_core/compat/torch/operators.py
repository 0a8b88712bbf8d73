"""Tensor's operators, whose operands PyTorch's rule brings to one dtype; attached to the class by `attach`."""

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.access import CORE, dtype_of, requires
from autograd_core.compat.torch.assigning import replace
from autograd_core.compat.torch.boundary import adopted, as_runtime_error, inside, is_inside, meaning
from autograd_core.compat.torch.promotion import alike, as_float, converted

ARITHMETIC = ("add", "sub", "mul", "truediv", "pow", "matmul", "mod", "floordiv")
REFLECTED = {
    np.add: "__radd__", np.subtract: "__rsub__", np.multiply: "__rmul__", np.divide: "__rtruediv__", np.power: "__rpow__",
    np.remainder: "__rmod__", np.floor_divide: "__rfloordiv__", np.bitwise_and: "__rand__", np.bitwise_or: "__ror__",
    np.bitwise_xor: "__rxor__", np.left_shift: "__rlshift__", np.right_shift: "__rrshift__",
}  # fmt: skip
OF_VALUES = (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "xor",
    "rand",
    "ror",
    "rxor",
    "lshift",
    "rshift",
    "rlshift",
    "rrshift",
)
AS_THEY_ARE = ("neg", "pos", "abs", "invert", "round", "divmod", "deepcopy", "copy")


def _arithmetic(name, floats=False):
    method = getattr(CORE, name)

    def general(self, other):
        if other is None or isinstance(other, str):
            return NotImplemented
        if isinstance(other, (list, tuple)):
            other = np.asarray(other)
        a, b = alike(self, other)
        if floats:
            a, b = as_float(a), as_float(b) if isinstance(b, CORE) else b
        out = method(a, b)
        return out if dtype_of(a).kind != "b" or name not in ("__pow__", "__rpow__") else converted(out, np.bool)

    general = inside(general)

    def operate(self, other):
        own, kind = dtype_of(self), type(other)
        if (kind is float or kind is int or (isinstance(other, CORE) and dtype_of(other) == own)) and own.kind == "f":
            try:
                out = method(self, other)  # nothing has to be converted, and operators ask for no attribute
            except core.errors.AutogradError as error:
                raise as_runtime_error(error) from None
            return out if is_inside() or out is NotImplemented else adopted(out)
        return method(self, other) if is_inside() else general(self, other)

    operate.__name__ = name
    return operate


def _of_values(name):
    """A comparison or an operation on bits, whose result is a constant."""
    method = getattr(CORE, name)

    def general(self, other):
        if other is None or isinstance(other, str):
            return NotImplemented
        return method(*alike(self, np.asarray(other) if isinstance(other, (list, tuple)) else other))

    general = inside(general)

    def operate(self, other):
        return method(self, other) if is_inside() else general(self, other)

    operate.__name__ = name
    return operate


def _in_place(name, plain):
    method = getattr(CORE, f"__i{name}__")

    def change(self, other):
        if is_inside():
            return method(self, other)
        if requires(self) and core.is_grad_enabled() and isinstance(other, CORE) and dtype_of(other) == dtype_of(self):
            with meaning(True):
                out = method(self, other)  # spares a node
            return adopted(out)
        result = plain(self, other)
        if result is NotImplemented:
            return result
        with meaning(True):
            return replace(self, result)

    change.__name__ = f"__i{name}__"
    return change


def attach(kind):
    """Give the class its operators."""
    for name in ARITHMETIC:
        for side in ("", "r"):
            setattr(kind, f"__{side}{name}__", _arithmetic(f"__{side}{name}__", name == "truediv"))
        setattr(kind, f"__i{name}__", _in_place(name, getattr(kind, f"__{name}__")))
    for name in OF_VALUES:
        setattr(kind, f"__{name}__", _of_values(f"__{name}__"))
    for name in AS_THEY_ARE:
        setattr(kind, f"__{name}__", inside(getattr(CORE, f"__{name}__")))
    kind.__reduce__ = inside(CORE.__reduce__, lift=False)

"""The methods of arrays that are calls of NumPy's functions, for classes that speak NumPy's protocols."""

import numpy as np


class ArrayMethods:
    """`x.sum(axis=0)` is `np.sum(x, axis=0)`, and so on, for a class that has `__array_function__`."""

    __slots__ = ()

    base = None

    @property
    def real(self):
        return np.real(self) if self.dtype.kind == "c" else self

    @property
    def imag(self):
        return np.imag(self) if self.dtype.kind == "c" else np.zeros_like(self)

    @property
    def T(self):
        return np.transpose(self)

    @property
    def mT(self):
        return np.matrix_transpose(self)

    @property
    def flat(self):
        return iter(self.ravel())

    def reshape(self, *shape, **kwargs):
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kwargs)

    def transpose(self, *axes):
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def flatten(self, order="C"):
        return np.ravel(self, order).copy()

    def fill(self, value):
        self[...] = value


def _method(function):
    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    return method


for _name in [
    "sum", "prod", "mean", "var", "std", "max", "min", "ptp", "argmax", "argmin", "argsort", "cumsum", "cumprod", "trace", "clip",
    "round", "all", "any", "ravel", "squeeze", "swapaxes", "dot", "diagonal", "take", "repeat", "conj", "conjugate", "nonzero",
    "searchsorted", "compress", "choose",
]:  # fmt: skip
    setattr(ArrayMethods, _name, _method(getattr(np, _name)))

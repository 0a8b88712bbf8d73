"""The methods and operators of arrays, each as the call of NumPy that it stands for."""

import operator

import numpy as np

from autograd_core.capturing.program.forms import astype
from autograd_core.derivatives.array_methods import ArrayMethods
from autograd_core.graph.variable import Variable


class RecordedMethods(ArrayMethods):
    """The part of a `StandIn` that makes calls of them: `recorder.add` writes one down, `_store` is what `out=` would do."""

    __slots__ = ()

    def astype(self, dtype, copy=True, **kwargs):
        dtype = np.dtype(dtype)
        return self if dtype == self.dtype and not copy else self.recorder.add(astype, (self, dtype), {})


def _unary(function):
    return lambda self: self.recorder.add(function, (self,), {})


def _operator(function):
    def method(self, other):
        if not isinstance(other, OPERANDS if self.shape else NUMBERS):
            return NotImplemented
        return self.recorder.add(function, (self, other), {})

    def reflected(self, other):
        if not isinstance(other, OPERANDS if self.shape else NUMBERS):
            return NotImplemented
        return self.recorder.add(function, (other, self), {})

    def in_place(self, other):
        if isinstance(other, Variable):
            return NotImplemented
        result = self.recorder.add(function, (self, other), {})
        if not self.shape and not isinstance(self.now, np.ndarray):
            return result
        if result.shape != self.shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {self.shape} doesn't match the broadcast shape {result.shape}"
            )
        return self._store(result)

    return method, reflected, in_place


NUMBERS = (RecordedMethods, np.ndarray, np.generic, int, float, complex)
OPERANDS = (*NUMBERS, str, bytes, list, tuple, type(None))
for _name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"]:
    _forward, _reflected, _in_place = _operator(getattr(operator, f"__{_name}__"))
    setattr(RecordedMethods, f"__{_name}__", _forward)
    setattr(RecordedMethods, f"__r{_name}__", _reflected)
    setattr(RecordedMethods, f"__i{_name}__", _in_place)
for _name in ["eq", "ne", "lt", "le", "gt", "ge"]:
    setattr(RecordedMethods, f"__{_name}__", _operator(getattr(operator, _name))[0])
for _name in ["neg", "pos", "abs", "invert"]:
    setattr(RecordedMethods, f"__{_name}__", _unary(getattr(operator, _name)))

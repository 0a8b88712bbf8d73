"""Tensor's operators: every one of them is an entry of the table, attached here and nowhere else."""

import operator

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.kinds import handed_out
from autograd_core.derivatives.table import TABLE
from autograd_core.errors import UnsupportedError
from autograd_core.errors.culprits import is_iterated, would_iterate
from autograd_core.graph.arity import binary, unary
from autograd_core.graph.memory import is_array
from autograd_core.graph.results import recording
from autograd_core.graph.variable import PLAIN, operand, plain
from autograd_core.tensor import dispatch


def _operator(ufunc):
    return binary(TABLE[ufunc], dispatch.OPERATORS[ufunc])


def _value(operate):
    """A comparison: it has no derivative, so it works on the values and returns plain NumPy."""

    def method(self, other):
        if self._node is not None and is_iterated() and recording() is not False:
            raise UnsupportedError(would_iterate())
        other = plain(other)
        if type(other) not in PLAIN:
            other = operand(other)
            if other is NotImplemented:
                return other
        result = operate(self._value, other)
        return result if type(result) is ndarray else handed_out(result)

    return method


def _in_place(ufunc):
    method, _ = _operator(ufunc)

    def change(self, other):
        result = method(self, other)
        if result is NotImplemented or (self.ndim == 0 and not is_array(self)):
            return result  # a number, which cannot change: other names for it keep the old one
        return self._become(result)

    return change


class Operators:
    """The operators of a Tensor, with numbers, arrays and Tensors on either side."""

    __slots__ = ()

    __add__, __radd__ = _operator(np.add)
    __sub__, __rsub__ = _operator(np.subtract)
    __mul__, __rmul__ = _operator(np.multiply)
    __truediv__, __rtruediv__ = _operator(np.divide)
    __pow__, __rpow__ = _operator(np.power)
    __matmul__, __rmatmul__ = _operator(np.matmul)
    __mod__, __rmod__ = _operator(np.remainder)
    __floordiv__, __rfloordiv__ = _operator(np.floor_divide)
    __neg__ = unary(TABLE[np.negative])
    __pos__ = unary(TABLE[np.positive])
    __abs__ = unary(TABLE[np.absolute])

    __iadd__, __isub__, __imul__ = _in_place(np.add), _in_place(np.subtract), _in_place(np.multiply)
    __itruediv__, __ipow__, __imatmul__ = _in_place(np.divide), _in_place(np.power), _in_place(np.matmul)
    __imod__, __ifloordiv__ = _in_place(np.remainder), _in_place(np.floor_divide)

    __eq__, __ne__ = _value(operator.eq), _value(operator.ne)
    __lt__, __le__, __gt__, __ge__ = _value(operator.lt), _value(operator.le), _value(operator.gt), _value(operator.ge)
    __and__, __or__, __xor__ = _value(operator.and_), _value(operator.or_), _value(operator.xor)
    __lshift__, __rshift__ = _value(operator.lshift), _value(operator.rshift)
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    __rlshift__, __rrshift__ = _value(lambda a, b: b << a), _value(lambda a, b: b >> a)

    def __invert__(self):
        return handed_out(~self._value)

    def __divmod__(self, other):
        return np.divmod(self, other)

    def __rdivmod__(self, other):
        return np.divmod(other, self)

    def __round__(self, ndigits=0):
        return np.round(self, ndigits or 0)

    __hash__ = object.__hash__  # by identity, since == compares elements


for name, method in vars(Operators).items():
    if getattr(method, "__name__", None) in ("method", "change"):  # made by one of the functions above
        method.__name__ = name

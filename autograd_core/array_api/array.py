"""Array: a Tensor all of whose results are Tensors, integers and bools too.

`t > 0` is a plain array of NumPy, since it has no derivative. A library that is written for the standard asks the arrays that it
is given for their namespace, and does not know what to do if a Tensor says this one and a plain array NumPy. So what the
functions of the namespace return are Arrays, and what is computed with an Array is one: only in this they differ from Tensors.
"""

import functools

import numpy as np

from autograd_core.errors import UnsupportedError
from autograd_core.graph.nodes import is_leaf
from autograd_core.graph.results import wrap, wrapped
from autograd_core.graph.variable import Variable
from autograd_core.tensor import Tensor
from autograd_core.tensor.methods import Methods
from autograd_core.tensor.operators import Operators

PROPERTIES = ("T", "mT", "real", "imag")  # the others are no arrays


class Array(Tensor):
    """A Tensor, but for its comparisons and all else that has no derivative: these are Tensors, and not plain arrays."""

    __slots__ = ()
    __has_numbers__ = False  # the standard has arrays only, which can be written into

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return closed(Tensor.__array_ufunc__(self, ufunc, method, *inputs, **kwargs), inputs)

    def __array_function__(self, function, types, args, kwargs):
        return closed(Tensor.__array_function__(self, function, types, args, kwargs), args)

    def __autograd_function__(self, entry, args, kwargs):
        return closed(Tensor.__autograd_function__(self, entry, args, kwargs), args)

    def __getitem__(self, index):
        return closed(Tensor.__getitem__(self, index))

    def view(self, dtype):
        """The values as complex numbers, or as their real and imaginary parts in turn along the last axis, as NumPy's method.

        It is not in the standard, but SciPy's `RBFInterpolator` calls it.
        """
        dtype = np.dtype(dtype)
        if dtype == self.dtype:
            return another(self)
        if self.dtype.kind == "c" and dtype == self._value.real.dtype:
            return np.reshape(np.stack([np.real(self), np.imag(self)], -1), (*self.shape[:-1], -1))
        if dtype.kind == "c" and self.dtype == np.empty(0, dtype).real.dtype:
            return self[..., ::2] + 1j * self[..., 1::2]
        raise UnsupportedError(f"view: {self.dtype} is not seen as {dtype}; write array_api.astype(t, {dtype}) to convert it")


def closed(out, args=()):
    """The result of a call as an Array, or tuple or list of them. An argument that is returned as it is remains what it is."""
    kind = out.__class__  # not type(out), which is another one while somebody holds its memory
    if kind is Array:
        return out
    if isinstance(out, Variable):
        if kind is not Tensor or _among(out, args):
            return another(out)
        out.__class__ = Array
        return out
    if isinstance(out, tuple) and hasattr(out, "_fields"):
        return kind(*[closed(part, args) for part in out])
    if kind is tuple or kind is list:
        return kind([closed(part, args) for part in out])
    out = wrapped(out)
    if out.__class__ is Tensor:
        out.__class__ = Array
    return out


def another(tensor):
    """A Tensor as an Array at the same place in the graph. A leaf cannot be written to: of it, a recorded copy."""
    if is_leaf(tensor._node):
        return closed(tensor.copy("K"))
    out = wrap(tensor._value, tensor._node)
    out.__class__ = Array
    return out


def _among(value, args):
    return any(arg is value or (type(arg) in (list, tuple) and _among(value, arg)) for arg in args)


def _closed(method):
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        return closed(method(self, *args, **kwargs))

    return call


for _name, _member in {**vars(Operators), **vars(Methods)}.items():
    if _name in PROPERTIES:
        setattr(Array, _name, property(_closed(_member.fget), doc=_member.__doc__))
    elif callable(_member) and _name != "__hash__" and not isinstance(_member, type):
        setattr(Array, _name, _closed(_member))

"""`Batched`: many arrays of one shape as one, with a first axis that nobody sees."""

import math

import numpy as np

from autograd_core.derivatives.strong import finite, no_zeros, nowhere, within
from autograd_core.functional.batches import elementwise, products, reductions, shaping  # noqa: F401 (they fill the table)
from autograd_core.functional.batches.calls import CannotBatch, call, item_of, of_ufunc, put
from autograd_core.graph.variable import Variable


class Batched(np.lib.mixins.NDArrayOperatorsMixin):
    """Arrays of one shape: `data` has them along its first axis, and is NumPy's array or a Tensor of one.

    batch   the `Batch` that it belongs to
    """

    __slots__ = ("data", "batch")
    __stands_for_array__ = True
    __leaves_no_trace__ = True
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data, batch):
        self.data, self.batch = data, batch

    shape = property(lambda self: self.data.shape[1:])
    ndim = property(lambda self: self.data.ndim - 1)
    size = property(lambda self: math.prod(self.shape))
    dtype = property(lambda self: self.data.dtype)
    count = property(lambda self: self.data.shape[0])
    T = property(lambda self: np.transpose(self))
    real = property(lambda self: Batched(self.data.real, self.batch))
    imag = property(lambda self: Batched(self.data.imag, self.batch))
    __nowhere__ = lambda self: nowhere(_plain(self.data))
    __no_zeros__ = lambda self: bool(no_zeros(_plain(self.data)))
    __within__ = lambda self, bound: within(_plain(self.data), bound)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if any(isinstance(x, Variable) for x in inputs):
            return NotImplemented
        return of_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        if any(issubclass(kind, Variable) for kind in types):
            return NotImplemented
        return call(function, args, kwargs)

    def __finite__(self, part=None):
        return finite(_plain((self if part is None else self[part]).data))

    def __getitem__(self, index):
        return item_of(self, index)

    def __setitem__(self, index, value):
        put(self, index, value)

    def __len__(self):
        return self.shape[0]

    def transpose(self, *axes):
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def __iter__(self):
        return iter([self[i] for i in range(self.shape[0])])

    def astype(self, dtype, copy=True):
        return Batched(self.data.astype(dtype, copy=copy), self.batch)

    def reshape(self, *shape, order="C"):
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def copy(self):
        return Batched(np.copy(self.data), self.batch)

    def dot(self, other):
        return np.dot(self, other)

    def __shares_memory__(self, other):
        return isinstance(other, Batched) and np.may_share_memory(innermost(self), innermost(other))

    def __as_array__(self):
        return self

    def __tied__(self, name):
        raise CannotBatch(f"{name} chooses between equals, and a second derivative there looks at each array")

    itemsize = property(lambda self: self.dtype.itemsize)

    @property
    def flags(self):
        raise CannotBatch("it matters how an array lies in memory")

    strides = base = nbytes = flags

    def __bool__(self):
        raise CannotBatch("what is done depends on a number (bool)")

    def __float__(self, *_):
        raise CannotBatch("a number is taken out of an array (float, int, item or tolist)")

    __int__ = __index__ = __complex__ = item = tolist = __float__

    def __array__(self, dtype=None, copy=None):
        raise CannotBatch("an array is converted to NumPy's")


def method(name):
    function = getattr(np, name)
    return lambda self, *args, **kwargs: function(self, *args, **kwargs)


METHODS = (
    "sum mean prod max min any all std var cumsum cumprod argmax argmin ravel squeeze clip round conj"  # for users of raw ones
)
for name in METHODS.split():
    setattr(Batched, name, method(name))


def innermost(x):
    """The array of NumPy's that it is made of."""
    while isinstance(x, (Batched, Variable)):
        x = x.data if isinstance(x, Batched) else x._value
    return x


def _plain(data):
    return data._value if isinstance(data, Variable) else data

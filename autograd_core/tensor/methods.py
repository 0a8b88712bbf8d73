"""Tensor's methods and properties under NumPy's names: each one is a call of the function of that name."""

import types

import numpy as np

from autograd_core.derivatives import activations
from autograd_core.derivatives.table import TABLE
from autograd_core.errors import ShapeError
from autograd_core.errors.arguments import refused, unknown
from autograd_core.graph.apply import apply_one
from autograd_core.graph.arity import unary
from autograd_core.tensor.dispatch import array_function, call

SUM, RESHAPE, TRANSPOSE = TABLE[np.sum], TABLE[np.reshape], TABLE[np.transpose]


def _named(function):
    """The method of a function that takes the array first and all else in the method's order, as nearly all of NumPy's do."""

    def method(self, *args, **kwargs):
        try:
            return array_function(function, (self, *args), kwargs)
        except TypeError as error:
            raise refused(function.__name__, args, kwargs, error) from None

    method.__name__, method.__wrapped__, method.__doc__ = function.__name__, function, f"`np.{function.__name__}(t, …)`."
    return method


class Methods:
    """NumPy's methods: `t.sum(axis=0)` is `np.sum(t, axis=0)`."""

    __slots__ = ()

    # What it is

    @property
    def shape(self):
        """The lengths of the axes."""
        return self._value.shape

    @property
    def ndim(self):
        """The number of axes."""
        return self._value.ndim

    @property
    def size(self):
        """The number of elements."""
        return self._value.size

    @property
    def dtype(self):
        """NumPy's dtype of the elements."""
        return self._value.dtype

    @property
    def nbytes(self):
        """The bytes that the elements take."""
        return self._value.nbytes

    @property
    def itemsize(self):
        """The bytes that one element takes."""
        return self._value.itemsize

    # Elementwise

    exp, log, sqrt = unary(TABLE[np.exp]), unary(TABLE[np.log]), unary(TABLE[np.sqrt])
    tanh, abs, square = unary(TABLE[np.tanh]), unary(TABLE[np.absolute]), unary(TABLE[np.square])
    sin, cos = unary(TABLE[np.sin]), unary(TABLE[np.cos])
    sigmoid, relu = unary(activations.sigmoid), unary(activations.relu)

    def conj(self):
        """`np.conj(t)`; of real numbers t itself, as in NumPy."""
        return call(np.conjugate, (self,), {}) if self.dtype.kind == "c" else self

    conjugate = conj

    @property
    def real(self):
        """`np.real(t)`."""
        return np.real(self)

    @property
    def imag(self):
        """`np.imag(t)`."""
        return np.imag(self)

    round = _named(np.round)

    def clip(self, min=None, max=None, out=None, **options):
        """`np.clip(t, min, max)`."""
        try:
            return np.clip(self, min, max, out, **options)
        except TypeError as error:
            raise refused("clip", (), options, error) from None

    def astype(self, dtype, *, copy=True):
        """`np.astype(t, dtype)`: recorded for a float or complex dtype, a plain array for integers and bools, else an error."""
        return call(np.astype, (self, np.dtype(dtype)), {"copy": copy})

    def copy(self, order="C"):
        """`np.copy(t)`: recorded, with memory of its own."""
        return call(np.copy, (self, order), {})

    # Reductions

    def sum(self, axis=None, dtype=None, out=None, keepdims=False, **options):
        """`np.sum(t, …)`."""
        try:
            if out is None and not options:
                return apply_one(SUM, self, (axis, dtype, None, keepdims))
            return np.sum(self, axis, dtype, out, keepdims, **options)
        except TypeError as error:
            raise refused("sum", (axis, dtype, out), options, error) from None

    prod, mean, var, std = _named(np.prod), _named(np.mean), _named(np.var), _named(np.std)
    max, min, ptp = _named(np.max), _named(np.min), _named(np.ptp)
    cumsum, cumprod, trace = _named(np.cumsum), _named(np.cumprod), _named(np.trace)
    argmax, argmin, argsort = _named(np.argmax), _named(np.argmin), _named(np.argsort)
    argpartition, searchsorted, nonzero = _named(np.argpartition), _named(np.searchsorted), _named(np.nonzero)
    all, any = _named(np.all), _named(np.any)

    # Shape

    @property
    def T(self):
        """`np.transpose(t)`: the axes in reverse order."""
        return apply_one(TRANSPOSE, self)

    @property
    def mT(self):
        """`np.matrix_transpose(t)`: the last two axes swapped."""
        return call(np.matrix_transpose, (self,), {})

    @property
    def flat(self):
        """The elements in C's order, each a recorded Tensor: to go through, to index, and to assign to."""
        return Flat(self)

    def reshape(self, *shape, order="C"):
        """`np.reshape(t, shape)`, with the shape as one tuple or as several numbers."""
        shape = shape[0] if len(shape) == 1 else shape
        return apply_one(RESHAPE, self, (shape,), {"order": order} if order != "C" else None)

    def transpose(self, *axes):
        """`np.transpose(t, axes)`, with the axes as one tuple, as several numbers, or in reverse order if none is given."""
        if axes == (0, 1):
            _tell_of_transpose(self.ndim)
        return call(np.transpose, (self, (axes[0] if len(axes) == 1 else axes) or None), {})

    def flatten(self, order="C", **others):
        """`np.ravel(t)`, always with memory of its own."""
        if others:
            raise unknown("flatten", *others.popitem())
        if not isinstance(order, str):
            raise TypeError(f"flatten: order must be 'C' or 'F', got {order!r}; to keep axis 0 write t.reshape(len(t), -1)")
        return self.ravel(order).copy()

    ravel, swapaxes, squeeze = _named(np.ravel), _named(np.swapaxes), _named(np.squeeze)

    # Choosing and products

    dot, diagonal = _named(np.dot), _named(np.diagonal)
    take, repeat, choose = _named(np.take), _named(np.repeat), _named(np.choose)

    def compress(self, condition, axis=None, out=None):
        """`np.compress(condition, t, axis)`."""
        return np.compress(condition, self, axis, out)

    def sort(self, axis=-1, kind=None, order=None, *, stable=None, **others):
        """Sort in place, as NumPy's method does; `np.sort(t)` returns a sorted copy."""
        if others:
            raise unknown("sort", *others.popitem())
        self._become(np.sort(self, axis, kind, order, stable=stable))

    def partition(self, kth, axis=-1, kind="introselect", order=None):
        """Partition in place, as NumPy's method does; `np.partition(t, kth)` returns a copy."""
        self._become(np.partition(self, kth, axis, kind, order))

    def fill(self, value):
        """Set all elements to `value`."""
        self[...] = value


def _tell_of_transpose(ndim):
    """`t.transpose(0, 1)`, which in NumPy leaves a matrix as it is, is PyTorch's swap of two axes."""
    if ndim == 2:
        import warnings

        warnings.warn(
            "t.transpose(0, 1) is the matrix t itself: the arguments are the new order of all axes. Write t.T, t.swapaxes(0, 1) "
            "or t.transpose(1, 0) to swap them, and t for t",
            UserWarning,
            stacklevel=3,
        )
    elif ndim > 2:
        raise ShapeError(
            f"transpose: the axes (0, 1) are not all {ndim} of the Tensor: the arguments are the new order of all axes. "
            "Write t.swapaxes(0, 1) to swap two"
        )


for name, method in vars(Methods).items():
    if isinstance(method, types.FunctionType):
        if method.__name__ == "method":  # made by `unary`
            method.__name__ = name
        method.__qualname__ = f"Tensor.{name}"  # which is what Python's own errors name


class Flat:
    """What `t.flat` is: the elements of a Tensor in C's order."""

    __slots__ = ("_tensor", "_turn")

    def __init__(self, tensor):
        self._tensor, self._turn = tensor, None

    def __len__(self):
        return self._tensor.size

    def __iter__(self):
        return self

    def __next__(self):
        self._turn = iter(self._elements()) if self._turn is None else self._turn
        return next(self._turn)

    def __getitem__(self, index):
        return self._elements()[index]

    def __setitem__(self, index, value):
        chosen, shape = np.arange(self._tensor.size)[index], self._tensor.shape
        if shape:
            self._tensor[np.unravel_index(chosen, shape)] = value
        elif np.size(chosen):
            self._tensor[...] = value if np.ndim(value) == 0 else np.ravel(value)[0]

    def __repr__(self):
        return f"the elements of {self._tensor!r}"

    def _elements(self):
        return call(np.ravel, (self._tensor,), {})

"""Standard: an array of a library of the Array API standard behind NumPy's two protocols. PyTorch nearly follows it.

What `standard_functions` writes by those of the standard, every such library has; any other function is refused by name.
"""

import functools

import numpy as np

from autograd_core.arrays.foreign import Foreign, opened, opened_beside
from autograd_core.arrays.standard_functions import BY_STANDARD

# The standard's names for ufuncs, if they are not NumPy's
NAMES = {
    "absolute": "abs", "power": "pow", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh",
    "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "conjugate": "conj", "invert": "bitwise_invert", "rint": "round",
}  # fmt: skip
OF_TORCH = {"equal": "eq", "bitwise_invert": "bitwise_not", "permute_dims": "permute", "signbit": "signbit"}


class Standard(Foreign):
    """An array of such a library: what `wrap` returns, and what Tensors of it hand out."""

    __slots__ = ()
    number = "unwrap(x)"
    alone = True
    xp = None  # the module of the library's functions

    dtype = property(lambda self: np.dtype(str(self.held.dtype).rpartition(".")[2]))
    shape = property(lambda self: tuple(self.held.shape))

    def __hand_out__(self):
        return self

    def __place__(self, constant):
        return self._made(self.xp.asarray(constant, device=self.held.device)) if np.ndim(constant) else constant

    def _made(self, held):
        return type(self)(held)

    def _is_array(self, x):
        return hasattr(x, "shape") and hasattr(x, "dtype") and not isinstance(x, (np.ndarray, np.generic, Foreign))

    def _opened(self, tree):
        return opened_beside(tree, self)

    def _has(self, ufunc):
        return self._its(NAMES.get(ufunc.__name__, ufunc.__name__)) is not None

    def astype(self, dtype, copy=True):
        if self.dtype == dtype and not copy:
            return self
        its = self._dtype(dtype)
        return self._made(self.xp.astype(self.held, its) if hasattr(self.xp, "astype") else self.held.to(its, copy=True))

    def _dtype(self, dtype):
        name = np.dtype(dtype).name
        if not hasattr(self.xp, name):
            raise self._missing(f"dtype {name}")
        return getattr(self.xp, name)

    def copy(self, order="K"):
        return self._made(self.xp.asarray(self.held, copy=True))

    def item(self):
        kind = {"b": bool, "i": int, "u": int, "f": float, "c": complex}[self.dtype.kind]
        return kind(self.held)

    def tolist(self):
        return [part.tolist() if part.ndim else part.item() for part in self] if self.ndim else self.item()

    def _put(self, index, value):
        index = self._whole(index)
        if hasattr(self.held, "at"):  # JAX's cannot be changed
            self.held = self.held.at[index].set(value)
        else:
            self.held[index] = value if self._is_array(value) else self._scalar(value, self.dtype)

    def _whole(self, index):
        """An index of the library's own arrays, that names all axes, as the standard wants it."""
        index = opened(index)
        parts = index if type(index) is tuple else (index,)
        if not any(part is Ellipsis or self._is_array(part) for part in parts):
            parts = (*parts, ...)
        return parts if len(parts) > 1 else parts[0]

    def __getitem__(self, index):
        return self._made(self.held[self._whole(index)])

    # NumPy's functions by the standard's

    def _its(self, name):
        """The library's function of that name in the standard, or None."""
        if self.library == "torch":
            name = OF_TORCH.get(name, name)
        return getattr(self.xp, name, None)

    def _scalar(self, x, dtype):
        """A number as an array of the library."""
        return self.xp.asarray(np.asarray(x).astype(dtype).item(), dtype=self._dtype(dtype), device=self.held.device)

    def _ufunc(self, ufunc, *inputs, **kwargs):
        its = self._its(NAMES.get(ufunc.__name__, ufunc.__name__))
        if kwargs or ufunc.nout > 1:
            raise self._missing(ufunc.__name__)
        given = [
            type(x) if type(x) in (int, float, complex) else np.dtype(bool) if type(x) is bool else self._dtype_of(x)
            for x in inputs
        ]
        if ufunc.signature is None:  # dtypes as NumPy has them: the standard mixes none
            dtypes = ufunc.resolve_dtypes((*given, *[None] * ufunc.nout))[: len(inputs)]
        else:
            dtypes = [np.result_type(*[np.zeros((), d) if isinstance(d, np.dtype) else d(0) for d in given])] * len(inputs)
        return its(*[self._cast(x, dtype) for x, dtype in zip(inputs, dtypes, strict=True)])

    def _dtype_of(self, x):
        return self._made(x).dtype if self._is_array(x) else np.asarray(x).dtype

    def _cast(self, x, dtype):
        return self._made(x).astype(dtype, copy=False).held if self._is_array(x) else self._scalar(x, dtype)

    def _library_function(self, function):
        own = BY_STANDARD.get(function)
        if own is not None:
            return functools.partial(own, self)
        module = getattr(self.xp, "linalg", None) if function.__module__ == "numpy.linalg" else None
        return getattr(module, function.__name__, None)


def standing_for(x):
    """The class of `Standard` for the library of x, with x."""
    if hasattr(x, "__array_namespace__"):
        xp = x.__array_namespace__()
    elif type(x).__module__.partition(".")[0] == "torch":
        import torch as xp

        if x.requires_grad:
            raise TypeError("wrap: a tensor of PyTorch that requires a gradient would be recorded twice; write x.detach()")
    else:
        raise TypeError(
            f"wrap: expected an array of PyTorch, JAX or another library of the Array API standard, got {type(x).__name__}"
        )
    return _class_of(xp)(x)


@functools.cache
def _class_of(xp):
    return type("Standard", (Standard,), {"__slots__": (), "xp": xp, "library": xp.__name__.partition(".")[0]})

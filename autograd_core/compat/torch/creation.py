"""Functions that make Tensors."""

import numpy as np

from autograd_core.compat.torch.access import CORE, data_of, dtype_of, plain, shape_of
from autograd_core.compat.torch.boundary import of_array
from autograd_core.compat.torch.words import Default, check_device, numpy_dtype


def _made(array, requires_grad=False, device=None):
    check_device(device)
    made = of_array(array)
    return made.requires_grad_() if requires_grad else made


def _size(size):
    size = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    return tuple(int(n) for n in size)


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A Tensor of numbers, lists of them, or an array, with memory of its own; Python's floats are of the default dtype."""
    array = np.array(plain(data), numpy_dtype(dtype))
    if dtype is None and not isinstance(data, (np.ndarray, np.generic, CORE)) and array.dtype == float:
        floats = _leaves_are_python(data)
        array = array.astype(Default.float) if floats else array
    elif dtype is None and not isinstance(data, (np.ndarray, np.generic, CORE)) and array.dtype == complex:
        array = array.astype(np.result_type(Default.float, np.complex64))
    return _made(array, requires_grad, device)


def _leaves_are_python(data):
    while isinstance(data, (list, tuple)) and len(data):
        data = data[0]
    return not isinstance(data, (np.ndarray, CORE)) and (isinstance(data, float) or not isinstance(data, np.generic))


def as_tensor(data, dtype=None, device=None):
    """A Tensor that shares the memory of an array or Tensor, if the dtype is the same."""
    if isinstance(data, CORE):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray):
        return _made(np.asarray(data, numpy_dtype(dtype)), device=device)
    return tensor(data, dtype=dtype, device=device)


asarray = as_tensor


def from_numpy(ndarray):
    """A Tensor that shares the memory of an array."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    return _made(ndarray)


def _filled(make):
    def function(*size, dtype=None, device=None, requires_grad=False, **size_by_name):
        size = size or (size_by_name.pop("size"),)
        return _made(make(_size(size), numpy_dtype(dtype, Default.float)), requires_grad, device)

    return function


zeros, ones, empty = _filled(np.zeros), _filled(np.ones), _filled(np.zeros)


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """The same number everywhere."""
    value = tensor(fill_value)
    return _made(np.full(_size((size,)), data_of(value), numpy_dtype(dtype, dtype_of(value))), requires_grad, device)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False):
    """1 on the diagonal, 0 elsewhere."""
    return _made(np.eye(n, m, dtype=numpy_dtype(dtype, Default.float)), requires_grad, device)


def _numbers(*values):
    return [value.item() if isinstance(value, (CORE, np.generic)) else value for value in values]


def arange(start, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    """Numbers from start to just before end: integers if all three are."""
    start, end, step = _numbers(*((0, start) if end is None else (start, end)), step)
    floats = Default.float if any(isinstance(value, float) for value in (start, end, step)) else np.dtype(np.int64)
    count = max(0, int(np.ceil((end - start) / step)))
    return _made((start + step * np.arange(count)).astype(numpy_dtype(dtype, floats)), requires_grad, device)


def range(start, end, step=1, *, dtype=None):
    """Numbers from start to end, which is included."""
    return arange(start, end + step / 2, step, dtype=dtype or Default.float)


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    """So many numbers at equal distances, both ends included."""
    start, end = _numbers(start, end)
    return _made(np.linspace(start, end, steps).astype(numpy_dtype(dtype, Default.float)), requires_grad, device)


def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False):
    """base to the power of so many numbers at equal distances."""
    start, end = _numbers(start, end)
    return _made(np.logspace(start, end, steps, base=base).astype(numpy_dtype(dtype, Default.float)), requires_grad, device)


def _like(make):
    def function(input, *, dtype=None, device=None, requires_grad=False):
        return _made(make(shape_of(input), numpy_dtype(dtype, dtype_of(input))), requires_grad, device)

    return function


zeros_like, ones_like, empty_like = _like(np.zeros), _like(np.ones), _like(np.zeros)


def full_like(input, fill_value, *, dtype=None, device=None, requires_grad=False):
    """The same number everywhere, in the shape and dtype of a Tensor."""
    return _made(np.full(shape_of(input), fill_value, numpy_dtype(dtype, dtype_of(input))), requires_grad, device)


def tril_indices(row, col, offset=0):
    """The indices of the lower triangle, as two rows."""
    return _made(np.stack(np.tril_indices(row, offset, col)))


def triu_indices(row, col, offset=0):
    """The indices of the upper triangle, as two rows."""
    return _made(np.stack(np.triu_indices(row, offset, col)))


def clone(input):
    """A recorded copy."""
    return input.clone()


def numel(input):
    """The number of elements."""
    return input.numel()


def is_tensor(obj):
    """Whether it is a Tensor."""
    return isinstance(obj, CORE)


def is_floating_point(input):
    """Whether the dtype is one of real floats."""
    return input.is_floating_point()


def detach(input):
    """The value apart from the graph."""
    return input.detach()


def is_nonzero(input):
    """Whether the only element is not 0."""
    return bool(input)

"""What a Tensor says about itself, and the same values in other dtypes."""

import numpy as np

from autograd_core.compat.torch import printing
from autograd_core.compat.torch.access import CORE, data_of, dtype_of, ndim_of, requires, shape_of, size_of, values_of
from autograd_core.compat.torch.boundary import inside, is_inside
from autograd_core.compat.torch.methods import as_dtype
from autograd_core.compat.torch.words import Size, Word, check_device, device, numpy_dtype, word_of


def _attribute(name, ours):
    """A property of PyTorch's that inside is what autograd_core has under its name."""
    numpys = getattr(CORE, name, None)
    get = None if numpys is None else numpys.fget

    def value(self):
        return get(self) if get is not None and is_inside() else ours(self)

    return property(value, None if numpys is None else numpys.fset, doc=ours.__doc__)


class _Method:
    """A method that inside is an attribute: `t.size(0)`, and `t.size` is a number."""

    def __init__(self, ours, numpys):
        self.ours, self.numpys, self.__doc__ = ours, numpys, ours.__doc__

    def __get__(self, tensor, kind=None):
        if tensor is None:
            return self.ours
        return self.numpys(tensor) if is_inside() else self.ours.__get__(tensor, kind)


_copied = inside(CORE.copy)


class Describing:
    """The part of Tensor that is about what it is."""

    __slots__ = ()

    # What it is

    shape = _attribute("shape", lambda self: Size(shape_of(self)))
    dtype = _attribute("dtype", lambda self: word_of(dtype_of(self)))

    def _size(self, dim=None):
        """The shape, or the length of one axis."""
        return Size(shape_of(self)) if dim is None else shape_of(self)[dim]

    size = _Method(_size, size_of)

    @property
    def device(self):
        """The CPU."""
        return device("cpu")

    is_cuda = is_sparse = is_quantized = is_meta = property(lambda self: False, doc="False.")
    itemsize = _attribute("itemsize", lambda self: dtype_of(self).itemsize)
    nbytes = _attribute("nbytes", lambda self: size_of(self) * dtype_of(self).itemsize)

    def dim(self):
        """The number of axes."""
        return ndim_of(self)

    def numel(self):
        """The number of elements."""
        return size_of(self)

    nelement, ndimension = numel, dim

    def element_size(self):
        """The bytes of an element."""
        return dtype_of(self).itemsize

    def stride(self, dim=None):
        """How many elements lie between neighbours along each axis."""
        strides = tuple(step // dtype_of(self).itemsize for step in np.asarray(data_of(self)).strides)
        return strides if dim is None else strides[dim]

    def is_contiguous(self):
        """Whether the elements lie in memory in their order."""
        return np.asarray(data_of(self)).flags.c_contiguous

    def data_ptr(self):
        """Where the first element lies in memory."""
        return np.asarray(data_of(self)).ctypes.data

    def is_floating_point(self):
        """Whether the dtype is one of real floats."""
        return dtype_of(self).kind == "f"

    def is_complex(self):
        """Whether the dtype is one of complex numbers."""
        return dtype_of(self).kind == "c"

    # Other Tensors of the same values

    def type(self, dtype=None):
        """The name of the type, "torch.FloatTensor"; or the Tensor in another dtype."""
        if dtype is None:
            return printing.type_name(word_of(dtype_of(self)).name)
        return self.to(printing.dtype_named(dtype) if isinstance(dtype, str) else getattr(dtype, "dtype", dtype))

    def to(self, *args, dtype=None, device=None, non_blocking=False, copy=False, memory_format=None):
        """In another dtype, or that of another Tensor; the Tensor itself if it has it. Any device but the CPU is an error."""
        check_device(device)
        for given in args:
            if isinstance(given, CORE):
                dtype = dtype_of(given)
            elif (isinstance(given, (str, int)) and not isinstance(given, bool)) or (
                isinstance(given, Word) and isinstance(given.numpys, str)
            ):
                check_device(given)
            elif given is not None and not isinstance(given, bool):
                dtype = given
        dtype = numpy_dtype(dtype, dtype_of(self))
        return self.clone() if dtype == dtype_of(self) and copy else as_dtype(self, dtype)

    def type_as(self, other):
        """In the dtype of another Tensor."""
        return as_dtype(self, dtype_of(other))

    def cpu(self):
        """The Tensor itself."""
        return self

    def cuda(self, *_, **__):
        """An error: there is no GPU."""
        check_device("cuda")

    def clone(self, *, memory_format=None):
        """A recorded copy with memory of its own."""
        return _copied(self)

    def numpy(self, *, force=False):
        """The value as an ndarray, which shares memory."""
        if requires(self) and not is_inside():
            if not force:
                raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
            self = self.detach()
        return values_of(self)

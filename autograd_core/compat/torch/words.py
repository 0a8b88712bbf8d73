"""PyTorch's words for dtypes, devices and shapes, each of which knows what NumPy calls the same."""

import math

import numpy as np


class Word:
    """What a program hands over under PyTorch's name, and functions inside get as `numpys`."""

    __slots__ = ("numpys",)


class dtype(Word):
    """`torch.float32` and the others; `.numpys` is NumPy's dtype."""

    __slots__ = ("name",)

    def __init__(self, name, numpys):
        self.name, self.numpys = name, np.dtype(numpys)

    @property
    def is_floating_point(self):
        """Whether it is a real floating-point type."""
        return self.numpys.kind == "f"

    @property
    def is_complex(self):
        """Whether it is a complex type."""
        return self.numpys.kind == "c"

    @property
    def itemsize(self):
        """The bytes of an element."""
        return self.numpys.itemsize

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return _dtype_named, (self.name,)


OTHER_NAMES = {
    "float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32", "short": "int16",
    "cfloat": "complex64", "cdouble": "complex128",
}  # fmt: skip
NAMES = "float16 float32 float64 complex64 complex128 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool".split()  # noqa: SIM905
DTYPES = {name: dtype(name, name) for name in NAMES}
BY_NUMPYS = {word.numpys: word for word in DTYPES.values()}
DTYPES.update({name: DTYPES[of] for name, of in OTHER_NAMES.items()})
LEGACY = {  # torch.FloatTensor and the like
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "LongTensor": "int64", "IntTensor": "int32",
    "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8", "BoolTensor": "bool",
}  # fmt: skip
FLOATS = {np.dtype(t) for t in ("float16", "float32", "float64")}


def _dtype_named(name):
    return DTYPES[name]


def word_of(numpys):
    """PyTorch's word for a dtype of NumPy's."""
    return BY_NUMPYS.get(numpys) or dtype(str(numpys), numpys)


class Default:
    """The dtype of what is made of Python's floats."""

    float = np.dtype(np.float32)


def numpy_dtype(given, floats=None):
    """NumPy's dtype for PyTorch's word, NumPy's own or a type of Python's; None stays None."""
    if given is None:
        return floats
    if isinstance(given, Word):
        return given.numpys
    return {float: Default.float, int: np.dtype(np.int64)}.get(given) or np.dtype(given)


def set_default_dtype(given):
    """What Python's floats, and the parameters of layers, become: torch.float32 at first, as in PyTorch."""
    given = numpy_dtype(given)
    if given not in FLOATS:
        raise TypeError(f"set_default_dtype: only floating-point types are supported as the default, got {given}")
    Default.float = given


def get_default_dtype():
    """The dtype that Python's floats become."""
    return word_of(Default.float)


class device(Word):
    """`torch.device("cpu")`, the only one there is."""

    __slots__ = ("index", "type")

    def __init__(self, type="cpu", index=None):
        check_device(type)
        self.type, self.index, self.numpys = "cpu", index, "cpu"

    def __eq__(self, other):
        return isinstance(other, device)

    def __hash__(self):
        return hash("cpu")

    def __str__(self):
        return "cpu"

    def __repr__(self):
        return "device(type='cpu')"


def check_device(given):
    """Raise for any device but the CPU."""
    name = str(given) if given is not None else "cpu"
    if name.partition(":")[0] != "cpu":
        raise RuntimeError(
            f"device {name!r}: NumPy computes on the CPU alone; write device = 'cpu' "
            "(torch.cuda.is_available() says False, as on a machine without a GPU)"
        )


class Size(tuple):
    """A shape, as `t.shape` and `t.size()` return it."""

    __slots__ = ()

    def numel(self):
        """The number of elements."""
        return math.prod(self)

    def __repr__(self):
        return f"torch.Size({list(self)})"

    def __getitem__(self, index):
        sides = tuple.__getitem__(self, index)
        return Size(sides) if isinstance(index, slice) else sides

    def __add__(self, other):
        return Size(tuple(self) + tuple(other))


class finfo:
    """`torch.finfo(dtype)`: the limits of a floating-point type."""

    def __init__(self, dtype=None):
        limits = np.finfo(numpy_dtype(dtype, Default.float))
        self.bits = limits.bits
        for name in ("eps", "max", "min", "tiny", "resolution"):
            setattr(self, name, float(getattr(limits, name)))
        self.smallest_normal, self.dtype = self.tiny, str(limits.dtype)


class iinfo:
    """`torch.iinfo(dtype)`: the limits of an integer type."""

    def __init__(self, dtype):
        limits = np.iinfo(numpy_dtype(dtype))
        self.bits, self.max, self.min, self.dtype = limits.bits, int(limits.max), int(limits.min), str(limits.dtype)

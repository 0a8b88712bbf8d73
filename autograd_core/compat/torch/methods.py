"""Tensor's methods that are operations, in place or not; what NumPy's Tensors have beyond PyTorch's is there inside only."""

import numpy as np

from autograd_core.compat.torch.access import CORE, dtype_of, item_of, plain
from autograd_core.compat.torch.assigning import assign, in_place
from autograd_core.compat.torch.boundary import inside, is_inside, of_array
from autograd_core.compat.torch.operations import operations
from autograd_core.compat.torch.promotion import converted
from autograd_core.compat.torch.words import DTYPES, check_device, numpy_dtype

IN_PLACE = str.split("""
    abs add addcdiv addcmul addmm asin acos atan baddbmm ceil clamp clip cos cosh cumprod cumsum div divide erf erfinv exp exp2
    expm1 floor floor_divide fmod frac index_add index_copy index_fill index_put lerp log log10 log1p log2 logical_and logical_not
    masked_fill masked_scatter mul multiply nan_to_num neg negative pow reciprocal relu remainder round rsqrt scatter scatter_add
    scatter_reduce sigmoid sign sin sinh softmax sqrt square sub subtract tan tanh tril triu trunc
""")
CONVERSIONS = ("float", "double", "half", "long", "int", "short", "bool")
NUMPYS_WORDS = {"axis": "dim", "keepdims": "keepdim"}  # PyTorch takes both
OF_BOTH = {"is_leaf", "retain_grad", "ndim", "name"}
_converted = inside(converted)


def method_of(name, function, lift=True):
    """The method for a function written for Tensors as NumPy has them; inside it is autograd_core's of that name, if any."""
    numpys = getattr(CORE, name, None)
    numpys, ours = numpys if callable(numpys) else None, inside(function, lift)

    def method(*args, **kwargs):
        if numpys is not None and is_inside():
            return numpys(*args, **kwargs)
        if not kwargs:
            return ours(*args)
        out = kwargs.pop("out", None)
        result = ours(*args, **{NUMPYS_WORDS.get(name, name): value for name, value in kwargs.items()})
        return result if out is None else out.copy_(result)

    method.__name__, method.__doc__, method.__wrapped__ = name, function.__doc__, function
    return method


def as_dtype(tensor, dtype):
    """The Tensor in this dtype; itself if it has it."""
    return tensor if dtype_of(tensor) == dtype else _converted(tensor, dtype)


def _conversion(name):
    dtype = DTYPES[name].numpys
    return lambda self: as_dtype(self, dtype)


def _filling(name, value):
    def fill(self, *args, **kwargs):
        assign(self, ..., value(self, *args, **kwargs))
        return self

    fill.__name__, fill.__doc__ = name, f"`{name}`: fill the Tensor in place."
    return inside(fill)


def _fill_diagonal(self, value):
    out = self.copy()
    out[(np.arange(min(self.shape)),) * self.ndim] = value
    return out


def _new(make):
    def method(self, size, *sizes, dtype=None, device=None, requires_grad=False):
        check_device(device)
        size = size if isinstance(size, (tuple, list)) else (size, *sizes)
        made = of_array(make(size, numpy_dtype(dtype, dtype_of(self))))
        return made.requires_grad_() if requires_grad else made

    return method


def _new_tensor(self, data, dtype=None, device=None, requires_grad=False):
    check_device(device)
    made = of_array(np.array(plain(data), numpy_dtype(dtype, dtype_of(self))))
    return made.requires_grad_() if requires_grad else made


def _new_full(self, size, fill_value, dtype=None, device=None):
    check_device(device)
    return of_array(np.full(size, fill_value, numpy_dtype(dtype, dtype_of(self))))


def _numpys(name):
    member = getattr(CORE, name)
    get = member.fget if isinstance(member, property) else lambda self: member.__get__(self, type(self))

    def value(self):
        if is_inside():
            return get(self)
        raise AttributeError(f"Tensor has no attribute {name!r} in autograd_core.compat.torch: PyTorch has none of that name")

    return property(value, member.fset if isinstance(member, property) else None)


def _where(condition, a, b):
    return inside(operations("functions")["where"])(condition, a, b)


def attach(kind):
    """Give the class its methods."""
    methods = operations("methods")
    for name, operation in methods.items():
        setattr(kind, name, method_of(name, operation))
    for name in IN_PLACE:
        setattr(kind, f"{name}_", in_place(f"{name}_", methods[name]))
    for name in ("detach", "requires_grad_", "tolist"):
        setattr(kind, name, method_of(name, getattr(CORE, name), lift=name == "detach"))
    for name in ("T", "mT", "real", "imag"):
        setattr(kind, name, property(inside(getattr(CORE, name).fget), doc=f"PyTorch's `{name}`."))
    own = {name: _conversion(name) for name in CONVERSIONS} | {
        "byte": _conversion("uint8"),
        "char": _conversion("int8"),
        "item": item_of,
        "H": property(lambda self: self.adjoint(), doc="The matrix with its axes swapped, of the conjugate."),
        "fill_": _filling("fill_", lambda self, value: value),
        "zero_": _filling("zero_", lambda self: 0),
        "copy_": _filling("copy_", lambda self, source, non_blocking=False: source),
        "where": lambda self, condition, other: _where(condition, self, other),
        "pin_memory": lambda self: self,
        "fill_diagonal_": in_place("fill_diagonal_", _fill_diagonal),
        "new_zeros": _new(np.zeros),
        "new_ones": _new(np.ones),
        "new_empty": _new(np.zeros),
        "new_full": _new_full,
        "new_tensor": _new_tensor,
    }
    for name, member in own.items():
        setattr(kind, name, member)
    torchs = set().union(*map(vars, kind.__mro__[: kind.__mro__.index(CORE)]))
    for name in dir(CORE):
        if name[0] != "_" and name not in torchs and name not in OF_BOTH:
            setattr(kind, name, _numpys(name))

"""Tensor: autograd_core's, with PyTorch's methods and meanings for whoever looks from outside (see `boundary`)."""

import operator

import numpy as np

import autograd_core as core
from autograd_core.compat.torch import printing
from autograd_core.compat.torch.boundary import FACES, Outside, adopted, inside, is_inside, lifted, meaning, of_array
from autograd_core.compat.torch.operations import operations
from autograd_core.compat.torch.promotion import CATEGORY, alike, as_float, converted, dtype_of, ndim_of
from autograd_core.compat.torch.words import DTYPES, Default, Size, Word, check_device, device, numpy_dtype, word_of

CORE = core.Tensor
shape_of, size_of, requires, is_leaf = CORE.shape.fget, CORE.size.fget, CORE.requires_grad.fget, CORE.is_leaf.fget
values_of, set_data = CORE.numpy, CORE.data.fset


def data_of(tensor):
    """The array of a Tensor: that itself, or a read-only view of that of a result."""
    return CORE.data.fget(tensor) if is_leaf(tensor) else values_of(tensor)


def item_of(tensor):
    """The number of a Tensor of one element."""
    if size_of(tensor) != 1:
        raise RuntimeError(f"a Tensor with {size_of(tensor)} elements cannot be converted to Scalar")
    return data_of(tensor).item()


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


def method_of(name, function, lift=True):
    """The method for a function written for Tensors as NumPy has them; inside it is autograd_core's of that name, if there is one."""
    numpys = getattr(CORE, name, None)
    ours = inside(function, lift)
    if numpys is None or not callable(numpys):
        return ours

    def method(self, *args, **kwargs):
        return numpys(self, *args, **kwargs) if is_inside() else ours(self, *args, **_with_dim(kwargs))

    method.__name__, method.__doc__, method.__wrapped__ = name, function.__doc__, function
    return method


NUMPYS_WORDS = {"axis": "dim", "keepdims": "keepdim"}  # PyTorch takes both


def _with_dim(kwargs):
    return {NUMPYS_WORDS.get(name, name): value for name, value in kwargs.items()} if kwargs else kwargs


class Tensor(CORE):
    """An array of one dtype that remembers how it was computed: `torch.Tensor`.

    Make one with `torch.tensor(data)`, `torch.zeros(2, 3)` and the like. It is an `autograd_core.Tensor` too, so all that takes
    these takes it, and there it has their methods.

    >>> import autograd_core.compat.torch as torch
    >>> x = torch.arange(6.0).view(2, 3)
    >>> x.max(dim=1).indices
    tensor([2, 2])
    >>> x.size(), x.transpose(0, 1).shape
    (torch.Size([2, 3]), torch.Size([3, 2]))
    """

    __slots__ = ()
    __hash__ = CORE.__hash__

    def __init__(self, *data, device=None):
        check_device(device)
        if len(data) == 1 and not isinstance(data[0], int):
            values = data[0]
            array = np.array(values.numpys if isinstance(values, Word) else _plain(values), Default.float)
        else:
            array = np.zeros(data, Default.float) if data else np.zeros(0, Default.float)
        CORE.__init__(self, array)

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
            elif isinstance(given, (str, int)) and not isinstance(given, bool):
                check_device(given)
            elif isinstance(given, Word) and isinstance(given.numpys, str):
                check_device(given)
            elif given is not None and not isinstance(given, bool):
                dtype = given
        dtype = numpy_dtype(dtype, dtype_of(self))
        return self.clone() if dtype == dtype_of(self) and copy else _as(self, dtype)

    def type_as(self, other):
        """In the dtype of another Tensor."""
        return _as(self, dtype_of(other))

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

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    # Its gradient

    @property
    def grad(self):
        """The gradient that backward passes have added up, which shares memory: `p.grad.zero_()` changes it."""
        with meaning(True):
            found = CORE.grad.fget(self)
        if found is None or is_inside():
            return found
        return lifted(found) if found.ndim or isinstance(found, CORE) else Handle(found, self, "grad")

    @grad.setter
    def grad(self, value):
        with meaning(True):
            CORE.grad.fset(self, values_of(value) if isinstance(value, CORE) and not requires(value) else value)

    @property
    def data(self):
        """The value apart from the graph, which shares memory: `p.data.add_(…)` changes `p`."""
        found = data_of(self)
        if is_inside():
            return found
        return of_array(found) if np.ndim(found) else Handle(found, self, "data")

    @data.setter
    def data(self, value):
        with meaning(True):
            set_data(self, data_of(value) if isinstance(value, CORE) and not requires(value) else value)

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        """Add the gradients of all leaves to their `.grad`."""
        if inputs is not None:
            raise NotImplementedError("backward: inputs= is not there; write torch.autograd.grad(t, inputs)")
        with meaning(True):
            CORE.backward(self, gradient, bool(retain_graph) or create_graph, create_graph)

    def register_hook(self, hook):
        """Call `hook(gradient)` when the gradient of this Tensor is known; what it returns, unless None, replaces it."""
        return CORE.register_hook(self, Outside(hook))

    @property
    def grad_fn(self):
        """The operation that made the Tensor, or None."""
        return None if is_leaf(self) else printing.GradFn.of(self)

    def detach_(self):
        """Refused: a result cannot leave its graph afterwards."""
        raise RuntimeError("detach_: a Tensor cannot leave its graph in place; write t = t.detach()")

    @property
    def requires_grad(self):
        """Whether gradients are sent back to or through this Tensor."""
        return requires(self)

    @requires_grad.setter
    def requires_grad(self, value):
        with meaning(True):
            CORE.requires_grad.fset(self, value)

    @property
    def names(self):
        """None for each axis."""
        return (None,) * ndim_of(self)

    # Numbers and strings

    def __float__(self):
        return float(item_of(self))

    def __int__(self):
        return int(item_of(self))

    def __complex__(self):
        return complex(item_of(self))

    def __index__(self):
        if dtype_of(self).kind not in "iub":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return operator.index(int(item_of(self)))

    def __format__(self, spec):
        return format(item_of(self), spec) if ndim_of(self) == 0 else object.__format__(self, spec)

    def __repr__(self):
        return CORE.__repr__(self) if is_inside() else printing.text(self)

    def __str__(self):
        return self.__repr__()

    def __contains__(self, value):
        values = np.asarray(data_of(self))
        return bool((values == (_plain(value) if isinstance(value, CORE) else value)).any())

    def __bool__(self):
        if size_of(self) != 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(item_of(self))

    def __len__(self):
        if ndim_of(self) == 0:
            raise TypeError("len() of a 0-d tensor")
        return shape_of(self)[0]

    def __iter__(self):
        if ndim_of(self) == 0:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(shape_of(self)[0]))

    def __dir__(self):
        return sorted(set(object.__dir__(self)) - set(NOT_TORCHS))

    def __getattr__(self, name):
        raise AttributeError(f"Tensor has no attribute {name!r} in autograd_core.compat.torch")

    # NumPy's protocols: its functions run inside

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if not is_inside() and method == "__call__" and not kwargs:
            inputs = [one.item() if isinstance(one, np.generic) else one for one in inputs]
        return _array_ufunc(self, ufunc, method, *inputs, **kwargs)

    __array_function__ = inside(CORE.__array_function__)
    __autograd_function__ = inside(CORE.__autograd_function__)

    # Indices

    def __getitem__(self, index):
        if is_inside():
            return CORE.__getitem__(self, index)
        if type(index) is int:  # with "…" a number is a view too, as every row is
            return adopted(CORE.__getitem__(self, index if ndim_of(self) > 1 else (index, ...)))
        first, rest = _in_two(index)
        out = CORE.__getitem__(self, first)
        return adopted(out if rest is None else CORE.__getitem__(out, rest))

    def __setitem__(self, index, value):
        if is_inside():
            CORE.__setitem__(self, index, value)
            return
        with meaning(True):
            first, rest = _in_two(index)
            if rest is not None:
                self, first = adopted(CORE.__getitem__(self, first)), rest
            assign(self, first, value)


def _plain(values):
    """Tensors in nested lists, such as `torch.tensor([t, u])` has them, as arrays."""
    if isinstance(values, CORE):
        return data_of(values)
    if isinstance(values, (list, tuple)):
        return [_plain(one) if isinstance(one, (CORE, list, tuple)) else one for one in values]
    return values


def _as(tensor, dtype):
    return tensor if dtype_of(tensor) == dtype else _converted(tensor, dtype)


_converted, _copied, _array_ufunc = inside(converted), inside(CORE.copy), inside(CORE.__array_ufunc__)


def _in_two(index):
    """(an index, the rest for its result or None): PyTorch takes numbers first, NumPy with the arrays beside them."""
    if type(index) is not tuple:
        return index, None
    numbers = [isinstance(part, (int, np.integer)) and not isinstance(part, bool) or _is_number(part) for part in index]
    if not any(numbers):
        return index, None
    if not any(_is_array(part) for part in index):
        return (*index, ...) if all(numbers) else index, None
    first = tuple(int(part) if number else (part if part is Ellipsis else slice(None)) for part, number in zip(index, numbers)
                  if part is not None)  # fmt: skip
    return first, tuple(part for part, number in zip(index, numbers, strict=True) if not number)


def _is_number(part):
    return isinstance(part, CORE) and ndim_of(part) == 0 and dtype_of(part).kind in "iu"


def _is_array(part):
    return isinstance(part, (list, np.ndarray, range)) or (isinstance(part, CORE) and ndim_of(part) > 0)


def assign(self, index, value):
    """`self[index] = value`, inside: into the memory itself of what is no part of a graph, and recorded otherwise."""
    recorded = core.is_grad_enabled() and isinstance(value, CORE) and requires(value)
    if requires(self) or recorded or ndim_of(self) == 0:
        CORE.__setitem__(self, index, value)
        if isinstance(self, Handle):
            self.put_back()
        return
    array = data_of(self)
    array[_plain_index(index)] = _plain(value)
    set_data(self, array)  # says that it was changed


def _plain_index(index):
    if isinstance(index, tuple):
        return tuple(map(_plain_index, index))
    return data_of(index) if isinstance(index, CORE) else index


class Handle(Tensor):
    """`p.data` or `p.grad` of a number, which shares no memory: what is done to it in place is done to `p` as well."""

    __slots__ = ("_of", "_what")

    def __init__(self, value, of, what):
        CORE.__init__(self, value)
        self._of, self._what = of, what

    def put_back(self):
        """Set the attribute to the value that this has now."""
        with meaning(False):
            setattr(self._of, self._what, self)
            if isinstance(self._of, Handle):
                self._of.put_back()


# Operators


def _operator(name, floats=False):
    method = getattr(CORE, name)

    def general(self, other):
        if other is None or isinstance(other, str):
            return NotImplemented
        if isinstance(other, (list, tuple)):
            other = np.asarray(other)
        a, b = alike(self, other)
        return method(as_float(a), b) if floats else method(a, b)

    general = inside(general)

    def operate(self, other):
        own, kind = dtype_of(self), type(other)
        if (kind is float or kind is int or (isinstance(other, CORE) and dtype_of(other) == own)) and own.kind == "f":
            out = method(self, other)  # nothing has to be converted, and operators ask for no attribute
            return out if is_inside() or out is NotImplemented else adopted(out)
        return method(self, other) if is_inside() else general(self, other)

    operate.__name__ = name
    return operate


def _value_operator(name):
    """A comparison or an operation on bits, whose result is a constant."""
    method, general = getattr(CORE, name), None

    def general(self, other):
        if other is None or isinstance(other, str):
            return NotImplemented
        return method(*alike(self, np.asarray(other) if isinstance(other, (list, tuple)) else other))

    general = inside(general)

    def operate(self, other):
        return method(self, other) if is_inside() else general(self, other)

    operate.__name__ = name
    return operate


def replace(self, result):
    """`self` with the elements of a result, inside: what an operation in place does."""
    if isinstance(result, (CORE, np.ndarray, np.generic)) and CATEGORY[result.dtype.kind] > CATEGORY[dtype_of(self).kind]:
        raise RuntimeError(
            f"result type {word_of(result.dtype)} can't be cast to the desired output type {word_of(dtype_of(self))}"
        )
    if np.shape(result) != shape_of(self):
        raise RuntimeError(f"an operation in place keeps the shape {shape_of(self)}, the result has {np.shape(result)}")
    assign(self, ..., result)
    return self


def _in_place_operator(name):
    method, plain = getattr(CORE, f"__i{name}__"), getattr(Tensor, f"__{name}__")

    def change(self, other):
        if is_inside():
            return method(self, other)
        if requires(self) and core.is_grad_enabled() and isinstance(other, CORE) and dtype_of(other) == dtype_of(self):
            with meaning(True):
                out = method(self, other)  # spares a node
            return adopted(out)
        result = plain(self, other)
        if result is NotImplemented:
            return result
        with meaning(True):
            return replace(self, result)

    change.__name__ = f"__i{name}__"
    return change


def in_place(name, operation):
    """The method `name`: the operation on a Tensor, the result of which it becomes."""

    def change(self, *args, **kwargs):
        return replace(self, operation(self, *args, **kwargs))

    change.__name__, change.__doc__ = name, f"`{name[:-1]}` in place."
    return inside(change)


ARITHMETIC = "add sub mul truediv pow matmul mod floordiv".split()  # noqa: SIM905
for _name in ARITHMETIC:
    for _side in ("", "r"):
        setattr(Tensor, f"__{_side}{_name}__", _operator(f"__{_side}{_name}__", _name == "truediv"))
for _name in ARITHMETIC:
    setattr(Tensor, f"__i{_name}__", _in_place_operator(_name))
for _name in "eq ne lt le gt ge and or xor rand ror rxor lshift rshift".split():  # noqa: SIM905
    setattr(Tensor, f"__{_name}__", _value_operator(f"__{_name}__"))
for _name in ("__neg__", "__pos__", "__abs__", "__invert__", "__round__", "__divmod__", "__deepcopy__", "__copy__", "__reduce__"):
    setattr(Tensor, _name, inside(getattr(CORE, _name), lift=_name != "__reduce__"))

# Methods

OPERATIONS = operations("methods")
IN_PLACE = str.split("""
    abs add addcdiv addcmul addmm asin acos atan baddbmm ceil clamp clip cos cosh cumprod cumsum div divide erf erfinv exp exp2
    expm1 floor floor_divide fmod frac index_add index_copy index_fill index_put lerp log log10 log1p log2 logical_not masked_fill
    masked_scatter mul multiply nan_to_num neg negative pow reciprocal relu remainder round rsqrt scatter scatter_add
    scatter_reduce sigmoid sign sin sinh softmax sqrt square sub subtract tan tanh tril triu trunc
""")

for _name, _operation in OPERATIONS.items():
    setattr(Tensor, _name, method_of(_name, _operation))
for _name in IN_PLACE:
    setattr(Tensor, f"{_name}_", in_place(f"{_name}_", OPERATIONS[_name]))
for _name in ("detach", "requires_grad_", "tolist"):
    setattr(Tensor, _name, method_of(_name, getattr(CORE, _name), lift=_name == "detach"))
Tensor.item = item_of
for _name in ("T", "mT", "real", "imag"):
    setattr(Tensor, _name, property(inside(getattr(CORE, _name).fget), doc=f"PyTorch's `{_name}`."))
for _name in "float double half long int short bool".split():  # noqa: SIM905
    _dtype = DTYPES[_name].numpys
    setattr(Tensor, _name, lambda self, _dtype=_dtype: _as(self, _dtype))
Tensor.byte, Tensor.char = (lambda self: _as(self, np.dtype(np.uint8))), (lambda self: _as(self, np.dtype(np.int8)))
Tensor.H = property(lambda self: self.adjoint(), doc="The matrix with its axes swapped, of the conjugate.")
Tensor.logical_and_ = in_place("logical_and_", OPERATIONS["logical_and"])


def _filling(name, value):
    def fill(self, *args):
        assign(self, ..., value(self, *args))
        return self

    fill.__name__, fill.__doc__ = name, f"`{name}`: fill the Tensor in place."
    return inside(fill)


Tensor.fill_, Tensor.zero_ = _filling("fill_", lambda self, value: value), _filling("zero_", lambda self: 0)
Tensor.copy_ = _filling("copy_", lambda self, source, non_blocking=False: source)


def _fill_diagonal(self, value):
    out = self.copy()
    places = np.arange(min(self.shape))
    out[(places,) * self.ndim] = value
    return out


Tensor.fill_diagonal_ = in_place("fill_diagonal_", _fill_diagonal)


def _new(make):
    def method(self, *size, dtype=None, device=None, requires_grad=False):
        check_device(device)
        size = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
        made = of_array(make(size, numpy_dtype(dtype, dtype_of(self))))
        return made.requires_grad_() if requires_grad else made

    return method


Tensor.new_zeros, Tensor.new_ones, Tensor.new_empty = _new(np.zeros), _new(np.ones), _new(np.zeros)


def _new_full(self, size, fill_value, dtype=None, device=None):
    check_device(device)
    return of_array(np.full(size, fill_value, numpy_dtype(dtype, dtype_of(self))))


def _new_tensor(self, data, dtype=None, device=None, requires_grad=False):
    check_device(device)
    made = of_array(np.array(_plain(data), numpy_dtype(dtype, dtype_of(self))))
    return made.requires_grad_() if requires_grad else made


Tensor.new_full, Tensor.new_tensor = _new_full, _new_tensor


# What NumPy's Tensors have beyond PyTorch's is there inside only


def _numpys(name):
    member = getattr(CORE, name)
    get = member.fget if isinstance(member, property) else lambda self: member.__get__(self, type(self))

    def value(self):
        if is_inside():
            return get(self)
        raise AttributeError(f"Tensor has no attribute {name!r} in autograd_core.compat.torch: PyTorch has none of that name")

    return property(value, member.fset if isinstance(member, property) else None)


OF_BOTH = {"is_leaf", "retain_grad", "ndim", "name"}
NOT_TORCHS = [name for name in dir(CORE) if name[0] != "_" and name not in vars(Tensor) and name not in OF_BOTH]
for _name in NOT_TORCHS:
    setattr(Tensor, _name, _numpys(_name))

FACES[CORE] = Tensor


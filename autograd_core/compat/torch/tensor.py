"""Tensor: autograd_core's, with PyTorch's methods and meanings for whoever looks from outside (see `boundary`)."""

import operator

import numpy as np

from autograd_core.compat.torch import methods, operators, printing
from autograd_core.compat.torch.access import (
    CORE,
    as_scalar,
    data_of,
    dtype_of,
    is_leaf,
    item_of,
    ndim_of,
    number_of,
    plain,
    requires,
    set_data,
    shape_of,
    size_of,
    values_of,
)
from autograd_core.compat.torch.assigning import assign, element, in_two, place_of
from autograd_core.compat.torch.boundary import FACES, Outside, adopted, inside, is_inside, lifted, meaning, of_array
from autograd_core.compat.torch.describing import Describing
from autograd_core.compat.torch.words import Default, Word, check_device

_array_ufunc = inside(CORE.__array_ufunc__)


class Tensor(Describing, CORE):
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
    __has_numbers__ = False  # a sum has memory and views, too

    def __init__(self, *data, device=None):
        check_device(device)
        if len(data) == 1 and not isinstance(data[0], int):
            values = data[0]
            array = np.array(values.numpys if isinstance(values, Word) else plain(values), Default.float)
        else:
            array = np.zeros(data, Default.float) if data else np.zeros(0, Default.float)
        CORE.__init__(self, array)

    def __array__(self, dtype=None, copy=None):
        return CORE.__array__(self, dtype, copy) if is_inside() else np.array(self.numpy(), dtype=dtype, copy=copy)

    # Its gradient

    @property
    def grad(self):
        """The gradient that backward passes have added up, which shares memory: `p.grad.zero_()` changes it."""
        with meaning(True):
            gradient = CORE.grad.fget(self)
        if gradient is None or is_inside():
            return gradient
        return lifted(gradient) if gradient.ndim or isinstance(gradient, CORE) else Handle(gradient, self, "grad")

    @grad.setter
    def grad(self, value):
        with meaning(True):
            CORE.grad.fset(self, values_of(value) if isinstance(value, CORE) and not requires(value) else value)

    @property
    def data(self):
        """The value apart from the graph, which shares memory: `p.data.add_(…)` changes `p`."""
        if is_inside():
            return CORE.data.fget(self)
        if not is_leaf(self):
            return self.detach()
        value = data_of(self)
        return of_array(value) if np.ndim(value) else Handle(value, self, "data")

    @data.setter
    def data(self, value):
        with meaning(True):
            if (place := place_of(self)) is not None:
                assign(*place, value)
            else:
                set_data(self, data_of(value) if isinstance(value, CORE) else value)

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

    def _put_back(self):
        """Nothing: only a Handle is a part of another Tensor."""

    # Numbers and strings

    def __float__(self):
        return CORE.__float__(self) if is_inside() else float(number_of(self))

    def __int__(self):
        return CORE.__int__(self) if is_inside() else int(number_of(self))

    def __complex__(self):
        return CORE.__complex__(self) if is_inside() else complex(number_of(self))

    def __index__(self):
        if is_inside():
            return CORE.__index__(self)
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
        return bool((values == (plain(value) if isinstance(value, CORE) else value)).any())

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

    def __getattr__(self, name):
        raise AttributeError(f"Tensor has no attribute {name!r} in autograd_core.compat.torch")

    # NumPy's protocols: its functions run inside

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if not is_inside() and isinstance(inputs[0], np.generic) and method == "__call__" and len(inputs) == 2 and not kwargs:
            operator_name = operators.REFLECTED.get(ufunc)  # `np.float64(2) * t`: the number does not decide the dtype
            if operator_name is not None:
                return getattr(self, operator_name)(as_scalar(inputs[0]))
        return _array_ufunc(self, ufunc, method, *inputs, **kwargs)

    __array_function__ = inside(CORE.__array_function__)
    __autograd_function__ = inside(getattr(CORE, "__autograd_function__"))  # noqa: B009

    # Indices

    def __getitem__(self, index):
        if is_inside():
            return CORE.__getitem__(self, index)
        count = ndim_of(self)
        if type(index) is int:
            return element(self, (index,)) if count == 1 else adopted(CORE.__getitem__(self, index))
        first, rest = in_two(index)
        if type(index) is tuple and len(index) == count and rest is None and all(type(part) is int for part in index):
            return element(self, index)
        out = CORE.__getitem__(self, first)
        return adopted(out if rest is None else CORE.__getitem__(out, rest))

    def __setitem__(self, index, value):
        if is_inside():
            CORE.__setitem__(self, index, value)
            return
        with meaning(True):
            first, rest = in_two(index)
            if rest is not None:
                self, first = adopted(CORE.__getitem__(self, first)), rest
            assign(self, first, value)


class Handle(Tensor):
    """`p.data` or `p.grad` of a number, which shares no memory: what is done to it in place is done to `p` as well."""

    __slots__ = ("_of", "_what")

    def __init__(self, value, of, what):
        CORE.__init__(self, value)
        self._of, self._what = of, what

    def _put_back(self):
        """Set the attribute to the value that this has now."""
        with meaning(False):
            setattr(self._of, self._what, self)
            if isinstance(self._of, Handle):
                self._of._put_back()


operators.attach(Tensor)
methods.attach(Tensor)
FACES[CORE] = Tensor

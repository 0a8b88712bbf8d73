"""Changes in place: into the memory itself of what is no part of a graph, so that all who share it see them; else recorded."""

from weakref import ref

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.access import CORE, data_of, dtype_of, ndim_of, plain, requires, set_data, shape_of
from autograd_core.compat.torch.boundary import adopted, inside
from autograd_core.compat.torch.promotion import CATEGORY
from autograd_core.compat.torch.words import word_of


def assign(self, index, value):
    """`self[index] = value`, inside: into the memory itself of what is no part of a graph, and recorded otherwise."""
    recorded = core.is_grad_enabled() and isinstance(value, CORE) and requires(value)
    if not ndim_of(self) and not recorded and (place := place_of(self)) is not None:
        number = np.array(data_of(self))
        number[plain_index(index)] = plain(value)
        assign(*place, number)
        return
    if requires(self) or recorded or ndim_of(self) == 0:
        CORE.__setitem__(self, index, value)
        self._put_back()
        return
    array = data_of(self)
    array[plain_index(index)] = plain(value)
    set_data(self, array)  # says that it was changed
    for one, base, where in list(_on_memory.get(id(_owner_of(array)), {}).values()):
        if (number := one()) is not None and not requires(number):
            set_data(number, data_of(base)[where])


# A number has no memory of its own, so of one that is an element of a constant the place is kept, as long as it lives
_places: dict = {}  # its id -> (weak reference to it, the Tensor of which it is an element, index)
_on_memory: dict = {}  # id of the array to which the memory belongs -> {id: the same}


def element(tensor, index):
    """`tensor[index]`, a number that is a view, as it is in PyTorch."""
    if requires(tensor):
        return adopted(CORE.__getitem__(tensor, (*index, ...)))
    out = adopted(CORE.__getitem__(tensor, index))
    key, memory = id(out), id(_owner_of(data_of(tensor)))

    def gone(_):
        _places.pop(key, None)
        others = _on_memory.get(memory, {})
        others.pop(key, None)
        if not others:
            _on_memory.pop(memory, None)

    place = ref(out, gone), tensor, index
    _places[key] = _on_memory.setdefault(memory, {})[key] = place
    return out


def place_of(tensor):
    """(the Tensor of which a number is an element, its index), or None."""
    place = _places.get(id(tensor))
    return place[1:] if place is not None and place[0]() is tensor and not requires(tensor) else None


def _owner_of(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def plain_index(index):
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    return data_of(index) if isinstance(index, CORE) else index


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


def in_place(name, operation):
    """The method `name`: the operation on a Tensor, the result of which it becomes."""

    def change(self, *args, **kwargs):
        return replace(self, operation(self, *args, **kwargs))

    change.__name__, change.__doc__ = name, f"`{name[:-1]}` in place."
    return inside(change)


def in_two(index):
    """(an index, the rest for its result or None): PyTorch takes numbers first, NumPy with the arrays beside them."""
    if type(index) is not tuple:
        return index, None
    numbers = [(isinstance(part, (int, np.integer)) and not isinstance(part, bool)) or _is_number(part) for part in index]
    if not any(numbers):
        return index, None
    if not any(_is_array(part) for part in index):
        return index, None
    first = []
    for part, number in zip(index, numbers, strict=True):
        if part is not None:
            first += [int(part)] if number else [part] if part is Ellipsis else [slice(None)] * _axes_of(part)
    return tuple(first), tuple(part for part, number in zip(index, numbers, strict=True) if not number)


def _axes_of(part):
    """How many axes a part of an index is for."""
    mask = _is_array(part) and np.asarray(plain(part)).dtype == bool
    return np.ndim(plain(part)) if mask else 1


def _is_number(part):
    return isinstance(part, CORE) and ndim_of(part) == 0 and dtype_of(part).kind in "iu"


def _is_array(part):
    return isinstance(part, (list, np.ndarray, range)) or (isinstance(part, CORE) and ndim_of(part) > 0)

"""Vector spaces: what gradients of a value look like, and how they are added."""

from typing import ClassVar

import numpy as np

from autograd_core.compat.hips.boxes import getval, isbox


class VSpace:
    """The space of the gradients of one kind of value. A subclass registers itself for its types."""

    mappings: ClassVar[dict] = {}  # type of the value -> function of the value that gives its space
    iscomplex = False

    def __init__(self, value):
        pass

    def mut_add(self, x_prev, x_new):
        return self._mut_add(self.zeros() if x_prev is None else x_prev, x_new)

    def add(self, x_prev, x_new):
        return self._add(x_prev, x_new)

    def scalar_mul(self, x, a):
        return self._scalar_mul(x, a)

    def inner_prod(self, x, y):
        return self._inner_prod(x, y)

    def covector(self, x):
        return self._covector(x)

    def _add(self, x, y):
        return x + y

    def _mut_add(self, x, y):
        x += y
        return x

    def _scalar_mul(self, x, a):
        return x * a

    def _covector(self, x):
        return x

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self):
        return f"{type(self).__name__}_{self.__dict__}"

    @classmethod
    def register(cls, value_type, vspace_maker=None):
        VSpace.mappings[value_type] = vspace_maker or cls


def vspace(value):
    """The vector space of a value."""
    value = getval(value) if isbox(value) else value
    make = VSpace.mappings.get(type(value))
    if make is None and isinstance(value, tuple) and hasattr(value, "_fields"):
        make = NamedTupleVSpace
    if make is None:
        raise TypeError(
            f"vspace: there is no vector space of {type(value).__name__}; it must be a float or complex number or array, a "
            f"container of these, or of a type that a subclass of VSpace is registered for"
        )
    return make(value)


class ArrayVSpace(VSpace):
    """Real arrays of one shape and dtype."""

    def __init__(self, value):
        value = np.asarray(value)
        self.shape, self.dtype = value.shape, value.dtype

    @property
    def size(self):
        return int(np.prod(self.shape))

    @property
    def ndim(self):
        return len(self.shape)

    def zeros(self):
        return np.zeros(self.shape, self.dtype)

    def ones(self):
        return np.ones(self.shape, self.dtype)

    def standard_basis(self):
        for index in np.ndindex(*self.shape):
            vector = self.zeros()
            vector[index] = 1
            yield vector

    def randn(self):
        return np.array(np.random.randn(*self.shape)).astype(self.dtype)

    def _inner_prod(self, x, y):
        return np.dot(np.ravel(x), np.ravel(y))


class ComplexArrayVSpace(ArrayVSpace):
    """Complex arrays: a real vector space of twice their size."""

    iscomplex = True

    @property
    def size(self):
        return 2 * int(np.prod(self.shape))

    def ones(self):
        return np.full(self.shape, 1 + 1j, self.dtype)

    def standard_basis(self):
        for vector in super().standard_basis():
            yield vector
            yield 1j * vector

    def randn(self):
        return (np.random.randn(*self.shape) + 1j * np.random.randn(*self.shape)) * np.ones((), self.dtype)

    def _inner_prod(self, x, y):
        return np.real(np.dot(np.conj(np.ravel(x)), np.ravel(y)))

    def _covector(self, x):
        return np.conj(x)


KINDS: list[type] = [float, *np.sctypeDict.values()]
for kind in KINDS:
    if issubclass(kind, (float, np.floating, np.integer)):
        ArrayVSpace.register(kind)
    elif issubclass(kind, np.complexfloating):
        ComplexArrayVSpace.register(kind)
ComplexArrayVSpace.register(complex)
VSpace.register(np.ndarray, lambda array: (ComplexArrayVSpace if np.iscomplexobj(array) else ArrayVSpace)(array))


class ContainerVSpace(VSpace):
    """Containers of values: `shape` is such a container of their spaces."""

    def __init__(self, value):
        self.shape = value
        self.shape = self._map(vspace)

    @property
    def size(self):
        return sum(space.size for _, space in self._items(self.shape))

    def zeros(self):
        return self._map(lambda space: space.zeros())

    def ones(self):
        return self._map(lambda space: space.ones())

    def randn(self):
        return self._map(lambda space: space.randn())

    def standard_basis(self):
        for key, space in self._items(self.shape):
            for vector in space.standard_basis():
                yield self._subval(self.zeros(), key, vector)

    def _add(self, xs, ys):
        return self._map(lambda space, x, y: space._add(x, y), xs, ys)

    def _mut_add(self, xs, ys):
        return self._map(lambda space, x, y: space._mut_add(x, y), xs, ys)

    def _scalar_mul(self, xs, a):
        return self._map(lambda space, x: space._scalar_mul(x, a), xs)

    def _inner_prod(self, xs, ys):
        return sum(space._inner_prod(xs[key], ys[key]) for key, space in self._items(self.shape))

    def _covector(self, xs):
        return self._map(lambda space, x: space._covector(x), xs)


class SequenceVSpace(ContainerVSpace):
    seq_type: type = tuple

    def _items(self, xs):
        return enumerate(xs)

    def _map(self, f, *others):
        return self.seq_type(map(f, self.shape, *others))

    def _subval(self, xs, index, x):
        return self.seq_type([x if i == index else other for i, other in enumerate(xs)])


class ListVSpace(SequenceVSpace):
    seq_type = list


class TupleVSpace(SequenceVSpace):
    seq_type = tuple


class NamedTupleVSpace(SequenceVSpace):
    def __init__(self, value):
        self.seq_type = type(value)._make
        super().__init__(value)


class DictVSpace(ContainerVSpace):
    def _items(self, xs):
        return xs.items()

    def _map(self, f, *others):
        return {key: f(space, *[other[key] for other in others]) for key, space in self.shape.items()}

    def _subval(self, xs, key, x):
        return {**xs, key: x}


ListVSpace.register(list)
TupleVSpace.register(tuple)
DictVSpace.register(dict)


class SparseObject:
    """A gradient that is mostly zeros: `mut_add` adds it to an array of its space."""

    __slots__ = ["mut_add", "vs"]

    def __init__(self, vs, mut_add):
        self.vs, self.mut_add = vs, mut_add


VSpace.register(SparseObject, lambda gradient: gradient.vs)

"""A call of one of SciPy's functions: its arguments bound to SciPy's signature, and looked through for Tensors."""

import contextlib
import functools
import inspect

import numpy as np

from autograd_core.derivatives.entry import PLAIN
from autograd_core.graph.variable import Variable, plain

KINDS = inspect.Parameter


class Signature:
    """That of one of SciPy's functions: binds the arguments of a call, and calls the function with all of them."""

    def __init__(self, original, signature=None):
        self.original, self.signature = original, signature or inspect.signature(original)
        parameters = self.signature.parameters
        self.names = tuple(parameters)
        self.defaults = tuple([p.default for p in parameters.values()])
        kinds = [p.kind for p in parameters.values()]
        self.by_position = sum(kind in (KINDS.POSITIONAL_ONLY, KINDS.POSITIONAL_OR_KEYWORD) for kind in kinds)
        self.places = {p.name: i for i, p in enumerate(parameters.values()) if p.kind is not KINDS.POSITIONAL_ONLY}
        self.required = sum(default is KINDS.empty for default in self.defaults)
        self.star = next((i for i, kind in enumerate(kinds) if kind is KINDS.VAR_POSITIONAL), None)
        self.double_star = next((i for i, kind in enumerate(kinds) if kind is KINDS.VAR_KEYWORD), None)
        self.overwriting = tuple(i for i, name in enumerate(self.names) if name.startswith("overwrite"))

    def bind(self, args, kwargs):
        """The values of all arguments, in the order of the signature."""
        values = self.quickly(args, kwargs) if self.star is None and self.double_star is None else None
        if values is None:
            try:
                bound = self.signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{self.original.__name__}: {error}") from None
            bound.apply_defaults()
            values = list(bound.arguments.values())
        for i in self.overwriting:
            values[i] = False
        for i, value in enumerate(values):
            if type(value) is list:
                values[i] = stacked(value, self.defaults[i] is KINDS.empty)
        return values

    def quickly(self, args, kwargs):
        """As `inspect` does it, in a tenth of its 20 µs; None if something is wrong, which it then says."""
        given = len(args)
        if given > self.by_position:
            return None
        values = [*args, *self.defaults[given:]]
        for name, value in kwargs.items():
            i = self.places.get(name, -1)
            if i < given:
                return None
            values[i] = value
        return None if any(value is KINDS.empty for value in values[given : self.required]) else values

    def forward(self, function):
        """`function` with one parameter for each argument, all by position: the form in which the table has it."""
        first, star, double_star = self.by_position, self.star, self.double_star
        if first == len(self.names) and function is self.original:
            return function

        def forward(*values):
            kwargs = {}
            args = list(values[:first])
            if star is not None:
                args += values[star]
            for i in range(first, len(values)):
                if i == double_star:
                    kwargs |= values[i]
                elif i != star:
                    kwargs[self.names[i]] = values[i]
            return function(*args, **kwargs)

        forward.__signature__ = inspect.Signature(
            [KINDS(p.name, KINDS.POSITIONAL_OR_KEYWORD, default=p.default) for p in self._ordered()]
        )
        forward.__name__, forward.__module__ = self.original.__name__, self.name_of_module()
        return forward

    def _ordered(self):
        """The parameters, without the default of those before one that has none."""
        found, seen = [], True
        for p in reversed(self.signature.parameters.values()):
            seen = seen and (p.default is not KINDS.empty)
            found.append(p if seen else p.replace(default=KINDS.empty))
        return found[::-1]

    def name_of_module(self):
        return getattr(self.original, "__module__", None) or "scipy"

    def picking(self, function, checks=False):
        """`function`, called with those of all the arguments that it names; one with a default may be of newer SciPys only."""
        parameters = inspect.signature(function).parameters
        unknown = [name for name, p in parameters.items() if name not in self.names and p.default is KINDS.empty]
        if unknown:
            raise TypeError(f"{self.original.__name__} of SciPy has no argument {', '.join(unknown)}")
        where = {name: self.names.index(name) for name in parameters if name in self.names}
        check = self.names.index("check_finite") if checks and "check_finite" in self.names else None

        @functools.wraps(function)
        def picked(*values):
            if check is not None and values[check]:
                all_finite(values)
            return function(**{name: values[i] for name, i in where.items()})

        return picked


def has_tensor(values):
    """Whether a Tensor, or what stands for one, is among the values of a call; lists, tuples and dicts are gone into."""
    for value in values:
        kind = type(value)
        if kind in PLAIN:
            continue
        if kind is list or kind is tuple:
            if has_tensor(value):
                return True
        elif kind is dict:
            if has_tensor(value.values()):
                return True
        elif isinstance(value, Variable) or hasattr(kind, "__autograd_function__") or hasattr(kind, "__autograd_parts__"):
            return True
    return False


def stacked(values, required=True):
    """A list that holds Tensors as one Tensor; one of numbers as an array, if it stands for a required argument."""
    if has_tensor(values):
        return np.stack([stacked(value) if type(value) is list else value for value in values])
    if required:
        with contextlib.suppress(ValueError):  # of several lengths: no array
            array = np.asarray(values)
            return array if array.dtype.kind in "fciub" else values
    return values


def all_finite(values):
    """What SciPy does with check_finite=True."""
    for value in values:
        if isinstance(value, tuple):
            all_finite(value)
            continue
        value = plain(value)
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc" and not np.all(np.isfinite(value)):
            raise ValueError("array must not contain infs or NaNs")


def parts(value):
    """The Tensors that an object of `autograd_core.scipy` is made of (a sparse Matrix its elements); any other as it is."""
    return value.__autograd_parts__() if hasattr(type(value), "__autograd_parts__") else value


def on_value(value):
    """What SciPy gets for an argument when there is no derivative."""
    return value.toscipy() if hasattr(type(value), "__autograd_parts__") else plain(value)

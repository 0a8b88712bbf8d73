"""What the step's own code calls by name while it is recorded: `np.asarray`, `math.sqrt`, `print`, the outside world.

These functions ask no protocol of the stand-ins that they are given. So in the places where the step reads them, which are the
globals of its own modules and its closures, there are others meanwhile. NumPy, `math` and `builtins` themselves are not touched,
nor is any other module. Only the recording thread sees a difference: for others, and afterwards, each is what it stands for.

What is called by other ways is not seen: `print` in an attribute or in a function of a library, `import math` inside a function.
A stand-in refuses to be converted there, with its line; `print("words")` happens while recording, and not in a replay.
"""

import builtins
import math
import types
from threading import get_ident

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.known import LIBRARY, PURE, is_among, library
from autograd_core.capturing.reasons import refusal
from autograd_core.capturing.recording.recorder import holds_stand_in
from autograd_core.capturing.recording.stand_in import StandIn
from autograd_core.graph.variable import Variable

MATH = {
    getattr(math, name): name for name in (
        "acos", "asin", "atan", "atan2", "cos", "cosh", "erf", "exp", "expm1", "fabs", "hypot", "isfinite", "isinf", "isnan",
        "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "sqrt", "tan", "tanh",
    )
}  # fmt: skip
CONVERTING = {getattr(np, name): name for name in ("asarray", "array", "asanyarray", "ascontiguousarray")}
NEVER = {getattr(builtins, name): name for name in ("open", "input", "breakpoint", "__import__")}
UNREAD = {eval, exec}


def spoken(value):
    """What stands for a module or function while a step is recorded; None if nothing needs to."""
    if isinstance(value, types.ModuleType):
        if value is np:
            return _Module(value, {name: _converting(function) for function, name in CONVERTING.items()})
        if value is math:
            return _Module(value, {name: _of_numbers(function) for function, name in MATH.items()})
        return _Outside(value) if _is_outside(value.__name__) else None
    if isinstance(value, type):
        return None
    try:
        if value in MATH:
            return _of_numbers(value)
        if value in CONVERTING:
            return _converting(value)
        if value is print:
            return _refusing(value, reasons.PRINT)
        if value in UNREAD:
            return _refusing(value, reasons.UNREAD)
        if value in NEVER or _is_outside(getattr(value, "__module__", None) or ""):
            return _refusing(value, reasons.OUTSIDE)
    except TypeError:  # without a hash
        pass
    return None


def _is_outside(module):
    """Whether a module of Python's library does more than compute."""
    return library(module) == LIBRARY and not is_among(module, PURE)


class _Module(types.ModuleType):
    """A module with other functions under some names."""

    def __init__(self, module, others):
        super().__init__(module.__name__)
        vars(self).update(_module=module, **others)

    def __getattr__(self, name):
        return getattr(self._module, name)


class _Outside(types.ModuleType):
    """A module of the outside world, of which nothing may be used."""

    def __init__(self, module):
        super().__init__(module.__name__)
        vars(self).update(_module=module, _thread=get_ident())

    def __getattr__(self, name):
        value = getattr(self._module, name)
        if get_ident() == self._thread and not isinstance(value, (type, int, float, str)):
            raise refusal(reasons.OUTSIDE, name=f"{self._module.__name__}.{name}")
        return value


def _refusing(original, reason):
    thread = get_ident()
    module = getattr(original, "__module__", None)
    name = original.__name__ if module in (None, "builtins") else f"{module}.{original.__name__}"

    def refuse(*args, **kwargs):
        if get_ident() != thread:
            return original(*args, **kwargs)
        raise refusal(reason, name=name)

    return refuse


def _of_numbers(original):
    """A function of `math` on a number of the step, such as one that counts: a call of the program, like any other."""

    def call(*args):
        number = next((arg for arg in args if isinstance(arg, StandIn)), None)
        return original(*args) if number is None or number.shape else number.recorder.add(original, args, {})

    return call


def _converting(original):
    """NumPy's functions that convert to an array have no protocol for others: a value of the step stays one."""
    copies = original is np.array

    def convert(a, *args, **kwargs):
        if isinstance(a, Variable) and a._node is None:
            a = a._value
        elif not isinstance(a, (np.ndarray, np.generic, StandIn, Variable, list, tuple)) and hasattr(type(a), "__array__"):
            made = a.__array__()  # of an object that holds a value of the step
            a = made if isinstance(made, StandIn) else a
        if not (isinstance(a, StandIn) or (type(a) in (list, tuple) and holds_stand_in(a))):
            return original(a, *args, **kwargs)
        if len(args) > 1 or not kwargs.keys() <= {"dtype", "copy", "order"}:
            raise refusal(reasons.CONVERT, function=original.__name__)
        return converted(stacked(a), *args, **kwargs)

    def converted(a, dtype=None, copy=True, order=None):
        if not isinstance(a, StandIn):
            return original(a, dtype, copy=copy, order=order)
        a = a.__as_array__()  # which can be changed in place
        copied = a.copy() if copies and copy else a
        return copied if dtype is None else copied.astype(dtype, copy=False)

    return convert


def stacked(items):
    """Nested lists of values of the step as one."""
    return np.stack([stacked(item) for item in items]) if type(items) in (list, tuple) else items


# Random numbers


class GeneratorStandIn(np.random.Generator):
    """Stands in for a random generator: draws from a copy of it, so that nothing is used up, and writes the draw down."""

    def __init__(self, recorder, generator):
        copied = type(generator.bit_generator)()
        copied.state = generator.bit_generator.state
        super().__init__(copied)
        self.recorder, self.generator = recorder, generator
        self.plain = np.random.Generator(copied)  # whose methods call one another, which are not to be written down

    @property
    def bit_generator(self):
        raise refusal(reasons.STATE)

    def __reduce__(self):
        raise refusal(reasons.STATE)

    def shuffle(self, *args, **kwargs):
        raise refusal(reasons.SHUFFLE)

    def spawn(self, n_children):
        raise refusal(reasons.SPAWN)


def _draw(name):
    def method(self, *args, **kwargs):
        if holds_stand_in(args) or holds_stand_in(kwargs) or kwargs.get("out") is not None:
            raise refusal(reasons.DRAW, function=name)
        result = getattr(self.plain, name)(*args, **kwargs)
        return self.recorder.note(getattr(self.generator, name), args, kwargs, result)

    return method


for _name in vars(np.random.Generator):
    if not _name.startswith("_") and _name not in ("bit_generator", "spawn", "shuffle"):
        setattr(GeneratorStandIn, _name, _draw(_name))

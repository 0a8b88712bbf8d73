"""The boundary between two meanings of one Tensor. Outside, where the user's program runs, `t.size()` and `t.max(1)` mean what
they mean in PyTorch; inside, where functions of NumPy, of autograd_core and of nn run, what they mean in NumPy.

So one object serves both, and nothing is converted on the way in. `inside` makes a function that a program may call out of one
that is written for Tensors as NumPy has them: words of PyTorch's among its arguments become NumPy's, what it returns becomes
Tensors of this package, and the functions that the program gave it run outside again.
"""

import functools
import types
from contextvars import ContextVar

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.words import Word, check_device

_meaning = ContextVar("numpy_meaning", default=False)
is_inside = _meaning.get
core_of_array, new = core.Tensor.__init__, object.__new__
FACES: dict = {}  # class of autograd_core or nn -> that of this package: Tensor, and nn's Parameter and Buffer
OF_USERS = {types.FunctionType, types.MethodType, functools.partial}
AS_THEY_ARE = {int, float, bool, str, type(None), complex}


def inside(function, lift=True, device=True):
    """The function as a program calls it. `lift=False` for one that returns no arrays, or Python's numbers."""

    @functools.wraps(function, updated=())
    def call(*args, **kwargs):
        if is_inside():
            return function(*args, **kwargs)
        args = [arg if type(arg) in AS_THEY_ARE else lowered(arg) for arg in args]
        if kwargs:
            if device and "device" in kwargs:
                check_device(kwargs.pop("device"))
            kwargs = {name: lowered(value) for name, value in kwargs.items()}
        token = _meaning.set(True)
        try:
            out = function(*args, **kwargs)
        except (core.errors.AutogradError, ValueError) as error:
            raise as_runtime_error(error) from None
        finally:
            _meaning.reset(token)
        return lifted(out) if lift else out

    return call


@functools.cache
def _both(kind):
    return type(kind.__name__, (kind, RuntimeError), {"__module__": kind.__module__})


def as_runtime_error(error):
    """An error as one that `except RuntimeError` catches too, since most of PyTorch's are such."""
    if isinstance(error, (RuntimeError, IndexError)):
        return error
    other = _both(type(error)).__new__(_both(type(error)), *error.args)
    vars(other).update(vars(error))
    return other.with_traceback(error.__traceback__)


class Outside:
    """A function of the user's, as functions inside may call it: it gets Tensors of this package."""

    def __init__(self, function):
        self.function = function
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args, **kwargs):
        with meaning(False):
            args = [lifted(arg) for arg in args]
            return self.function(*args, **{name: lifted(value) for name, value in kwargs.items()})


class meaning:
    """`with meaning(True):` the code in it runs inside."""

    def __init__(self, numpys):
        self.numpys = numpys

    def __enter__(self):
        self.token = _meaning.set(self.numpys)

    def __exit__(self, *exc):
        _meaning.reset(self.token)


def outside(method):
    """A method of the user's, such as `forward`, that functions inside may call."""

    @functools.wraps(method)
    def call(*args, **kwargs):
        if not is_inside():
            return method(*args, **kwargs)
        with meaning(False):
            return method(*[lifted(arg) for arg in args], **{name: lifted(value) for name, value in kwargs.items()})

    call.__runs_outside__ = True
    return call


def lowered(value):
    """An argument with NumPy's word for PyTorch's; a function of the user's in a form that runs outside."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if issubclass(kind, Word):
        return value.numpys
    if kind in OF_USERS:
        return value if hasattr(value, "__runs_outside__") else Outside(value)
    return value


def lifted(out):
    """A result with Tensors of this package for arrays and Tensors, also in tuples, lists and dicts."""
    kind = type(out)
    if kind in AS_THEY_ARE:
        return out
    if kind is np.ndarray or isinstance(out, np.generic):
        return of_array(out)
    if isinstance(out, core.Tensor):
        return adopted(out)
    if isinstance(out, tuple):
        return kind(*map(lifted, out)) if hasattr(out, "_fields") else tuple(map(lifted, out)) if kind is tuple else out
    if kind is list:
        return [lifted(part) for part in out]
    if isinstance(out, dict) and kind.__module__ in ("builtins", "collections"):
        return kind((key, lifted(value)) for key, value in out.items())
    return Lifting(out) if isinstance(out, types.GeneratorType) else out


def of_array(array):
    """A Tensor of this package that shares an array."""
    tensor = new(FACES[core.Tensor])
    core_of_array(tensor, array)
    return tensor


def adopted(tensor):
    """A Tensor, Parameter or Buffer with the class of this package: the same object."""
    kind = tensor.__class__
    face = FACES.get(kind)
    if face is None and not isinstance(tensor, FACES[core.Tensor]):
        core.Tensor.ndim.fget(tensor)  # a view of what was changed meanwhile is made anew, and has its own class again
        face = FACES.get(tensor.__class__)
    if face is not None:
        tensor.__class__ = face
    return tensor


class Lifting:
    """A generator, each step of which runs inside, and yields Tensors of this package."""

    def __init__(self, generator):
        self.generator = generator

    def __iter__(self):
        return self

    def __next__(self):
        with meaning(True):
            out = next(self.generator)
        return lifted(out)

"""How names of nn become names of this package: functions run inside, layers return Tensors of this package, and whatever nn
has is there without being named here."""

import functools
import inspect
import types

import nn
from autograd_core.compat.torch.boundary import inside, is_inside
from autograd_core.compat.torch.words import Default

PACKAGE = "autograd_core.compat.torch"


def missing(module, name, hint=""):
    """The error for a name that a namespace does not have."""
    shown = module.removeprefix(PACKAGE).removeprefix(".")
    return AttributeError(f"{PACKAGE} has no torch.{f'{shown}.' if shown else ''}{name}{hint}", name=name, obj=None)


def refuses(module):
    """The `__getattr__` of a namespace: what it lacks is an error that says so by name."""

    def lookup(name):
        raise missing(module, name)

    return lookup


def wrapped(names, wrap_class):
    """The names of a namespace: classes by `wrap_class`, functions run inside; modules are left out."""
    out = {}
    for name, value in names.items():
        if isinstance(value, type) and not issubclass(value, BaseException):
            out[name] = wrap_class(value)
        elif callable(value) and not isinstance(value, type):
            out[name] = inside(value)
        elif not isinstance(value, types.ModuleType):
            out[name] = value
    return out


def public(module):
    """{name: what it is} of the public names of a module: those of its `__all__`."""
    return {name: getattr(module, name) for name in module.__all__}


def first_line(kind):
    """What a class says of itself in one line: its examples are for arrays."""
    return (kind.__doc__ or kind.__name__).partition("\n")[0]


SPECIAL = ("__init__", "__call__", "__iter__", "__next__", "__len__", "__getitem__", "__setitem__", "__repr__", "__contains__")


def face_of_class(kind, module):
    """The class with every method of its own running inside: for optimizers, data sets and the like."""
    methods = {}
    for name in dir(kind):
        member = inspect.getattr_static(kind, name)
        if isinstance(member, types.FunctionType) and (name[0] != "_" or name in SPECIAL):
            methods[name] = inside(member)
    return type(kind.__name__, (kind,), {**methods, "__module__": module, "__doc__": first_line(kind)})


class default_dtype:
    """`with default_dtype():` layers that are made in it have parameters of PyTorch's default dtype, also those within others."""

    def __enter__(self):
        self.before = nn.get_default_dtype() if hasattr(nn, "get_default_dtype") else None
        if self.before is not None:
            nn.set_default_dtype(Default.float)

    def __exit__(self, *exc):
        if self.before is not None:
            nn.set_default_dtype(self.before)


def with_default_dtype(method):
    """A constructor of nn, or the first call of a lazy layer, whose parameters are of the default dtype unless one is given."""
    takes = "dtype" in inspect.signature(method).parameters
    make = inside(method)

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        if is_inside():
            return method(self, *args, **kwargs)
        if takes and kwargs.get("dtype") is None:
            kwargs["dtype"] = Default.float
        with default_dtype():
            return make(self, *args, **kwargs)

    return call

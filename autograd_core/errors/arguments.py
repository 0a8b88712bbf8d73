"""What errors say of an argument that is not there, or of a kind that none may be, and of a function that is none."""

import numpy as np

from autograd_core.errors import DTypeError

NOWHERE = "nothing in its place: a value lies where its array does, NumPy's on the CPU, CuPy's on a GPU"
# PyTorch's names of arguments, in calls of NumPy's functions: what to write for `name=value`
KEYWORDS = {
    "dim": "axis={value}",
    "dims": "axis={value}",
    "keepdim": "keepdims={value}",
    "unbiased": "ddof=1 for unbiased=True, ddof=0 (the default here) for False",
    "correction": "ddof={value}",
    "descending": "np.sort(t)[..., ::-1] for descending=True",
    "device": NOWHERE,
    "layout": NOWHERE,
    "memory_format": NOWHERE,
    "non_blocking": NOWHERE,
    "pin_memory": NOWHERE,
    "start_dim": "t.reshape(len(t), -1) for start_dim=1",
    "dim0": "t.swapaxes(dim0, dim1)",
    "input": "the array first, without a name",
}
# … in `Tensor(…)`
OF_TENSOR = {"dtype": "Tensor(np.array(data, dtype))", "device": NOWHERE, "pin_memory": NOWHERE}
# … and in layers and optimizers, whose arguments are PyTorch's, what is not
OF_CONSTRUCTORS = {"device": NOWHERE, "learning_rate": "lr={value}", "axis": "dim={value}", "keepdims": "keepdim={value}"}


def refused(who, args, kwargs, error):
    """What to raise for the TypeError of a call: what to write, if an argument is PyTorch's; and no name of an inner function."""
    words = str(error)
    for name, value in kwargs.items():
        if name in KEYWORDS and f"{name!r}" in words:
            return unknown(who, name, value)
    if any(type(value) is bool for value in args):
        given = ", ".join(repr(value) if isinstance(value, int) else "…" for value in args)
        return TypeError(
            f"{who}({given}): NumPy has other arguments in these places; give True and False by name, say keepdims=True"
        )
    called, _, rest = words.partition("() ")
    if type(error) is TypeError and rest.startswith(("got ", "takes ", "missing ")) and called != who:
        return TypeError(f"{who}() {rest}")
    return error


def is_unsuited(kind):
    """Whether no operand may be of a type: np.matrix or a masked array. Both are asked for only of subclasses of ndarray, since
    NumPy loads them when they are: 20 ms of an import."""
    return kind is not np.ndarray and issubclass(kind, np.ndarray) and issubclass(kind, (np.ma.MaskedArray, np.matrix))


def unsuited(kind, name="x"):
    """Why no operand is an np.matrix or a masked array, and what to write for the argument `name`."""
    if hasattr(kind, "filled"):
        return f"a masked array, which would lose its mask: write {name}.filled(value), and keep the mask beside it"
    return f"an np.matrix, whose * is a product of matrices: write np.asarray({name}), and @ for that product"


def holds_masked(parts):
    """Whether a masked array is among nested lists, of which an array is to be made."""
    kinds = {*map(type, parts)}  # a fifth of the time that asking each part takes
    if any(hasattr(kind, "filled") for kind in kinds):
        return True
    return any(issubclass(kind, (list, tuple)) for kind in kinds) and any(
        isinstance(part, (list, tuple)) and holds_masked(part) for part in parts
    )


def unsuited_operand(who, names, args, kwargs):
    """What to raise for a call with such an argument, or None if it has none."""
    for name, value in (*zip(names, args, strict=False), *kwargs.items()):
        if is_unsuited(type(value)):
            return DTypeError(f"{who}: {name} is {unsuited(type(value), name)}")
        if isinstance(value, (list, tuple)) and holds_masked(value):
            return DTypeError(f"{who}: {name} holds {unsuited(np.ma.MaskedArray, 'part')}")
    return None


def unknown(who, name, value=None, known=KEYWORDS):
    """The TypeError for an argument that is not there."""
    value = value if type(value) in (int, float, bool) else "…"
    return TypeError(
        f"{who}: there is no argument {name!r}" + (f"; write {known[name].format(value=value)}" if name in known else "")
    )


def name_of_function(f):
    """What messages call a function."""
    return getattr(f, "__name__", None) or getattr(f, "name", type(f).__name__)


def check_function(f, what):
    if not callable(f):
        of_result = "; of a result, write grad(loss, params)" if hasattr(f, "backward") else ""
        raise TypeError(f"{what} needs a function and returns one: write {what}(f)(x), got {type(f).__name__}{of_result}")


class _Signature:
    """That of the constructor: without it, `inspect.signature` would give that of `__new__`."""

    def __get__(self, instance, owner):
        if instance is not None:
            raise AttributeError("__signature__")
        return _of_constructor(owner, follow_wrapped=True)


def _of_constructor(kind, follow_wrapped):
    import inspect

    if kind.__init__ is object.__init__:  # which says (*args, **kwargs) and takes none
        return inspect.Signature()
    of_init = inspect.signature(kind.__init__, follow_wrapped=follow_wrapped)
    return of_init.replace(parameters=list(of_init.parameters.values())[1:], return_annotation=of_init.empty)


class Explained:
    """The base of classes whose constructor tells what to write for an argument that it has not."""

    __signature__ = _Signature()

    def __new__(cls, *args, **kwargs):
        if not OF_CONSTRUCTORS.keys().isdisjoint(kwargs):
            taken = _of_constructor(cls, follow_wrapped=False).parameters  # a wrapper may take more than what it wraps
            for name in () if any(p.kind is p.VAR_KEYWORD for p in taken.values()) else kwargs:
                if name in OF_CONSTRUCTORS and name not in taken:
                    raise unknown(cls.__name__, name, kwargs[name], OF_CONSTRUCTORS)
        above = super().__new__
        if above is not object.__new__:
            return above(cls, *args, **kwargs)
        if (args or kwargs) and cls.__init__ is object.__init__ and cls.__new__ is Explained.__new__:
            raise TypeError(f"{cls.__name__}() takes no arguments")  # object.__init__ leaves it to who has a __new__
        return above(cls)

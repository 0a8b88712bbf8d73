"""The arguments of a call of NumPy's function, for that of the same name of another library, which has fewer."""

import functools
import inspect

from autograd_core.errors import UnsupportedError


@functools.lru_cache(None)
def _parameters(function):
    try:
        return inspect.signature(function).parameters
    except ValueError:  # in C, and it does not tell
        return None


def arguments(function, its, args, kwargs, library):
    """The arguments of a call of NumPy's `function`, for that of the library: defaults left out, and the rest by name."""
    of_numpy, known = _parameters(function), _parameters(its)
    if of_numpy is None:
        return args, kwargs
    names = [p for p in of_numpy.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(args) > len(names):
        return args, kwargs
    needed, named = [], {}
    for p, value in zip(names, args, strict=False):
        if p.default is p.empty or p.kind is p.POSITIONAL_ONLY:
            needed.append(value)
        else:
            named[p.name] = value
    named |= kwargs
    for name, value in list(named.items()):
        p, its_own = of_numpy.get(name), None if known is None else known.get(name)
        if p is not None and p.default is p.empty and name == names[len(needed)].name:
            needed.append(named.pop(name))
        elif (p is not None and is_default(value, p.default)) or (name == "order" and value in ("C", "K", "A")):
            if its_own is None or is_default(value, its_own.default) or name == "order":
                del named[name]
        elif name == "where" and value is True:
            del named[name]
        elif known is not None and its_own is None and not any(q.kind is q.VAR_KEYWORD for q in known.values()):
            raise UnsupportedError(f"{function.__name__}: that of {library} has no argument {name}")
    return tuple(needed), named


def is_default(value, default):
    """Whether an argument is what it would be if it were left out."""
    return value is default or (type(value) in (bool, int, str) and type(value) is type(default) and value == default)

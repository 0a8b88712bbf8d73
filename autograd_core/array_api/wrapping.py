"""NumPy's functions as the standard has them: they take Tensors, arrays and numbers, and return Arrays."""

import functools

from autograd_core.array_api.array import closed


def of_numpy(function):
    """A function of NumPy, all of whose results are Arrays."""

    @functools.wraps(function, updated=())
    def standard(*args, **kwargs):
        return closed(function(*args, **kwargs), args)

    return standard


def lookup(namespace, module, names, words):
    """A module's `__getattr__`: makes the function `name` of NumPy's `module` one of the namespace when it is first used."""

    def attribute(name):
        if name not in names:
            raise AttributeError(f"{namespace['__name__']} has no {name!r}: {words}")
        made = namespace[name] = of_numpy(getattr(module, name))
        return made

    return attribute


def check_device(function, device):
    """Raise unless a device is the only one there is, or None."""
    if device is not None and device != "cpu":
        raise ValueError(f"{function}: device must be 'cpu' or None, got {device!r}: the values of a Tensor are arrays of NumPy")

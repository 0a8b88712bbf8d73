"""What happens when NumPy is called on a Tensor: NumPy hands the call over, and the table says what to do with it."""

import importlib
import operator
import sys

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.declaring import signature
from autograd_core.derivatives.kinds import handed_out, ours, shares_memory, undecided
from autograd_core.derivatives.matrices import matmul
from autograd_core.derivatives.table import COMPOSED, LATE, TABLE, UNSUPPORTED, VALUE_ONLY, is_declared
from autograd_core.errors import DetachError, UnsupportedError
from autograd_core.errors.culprits import culprit, lost_in_c, would_cut
from autograd_core.graph.apply import apply
from autograd_core.graph.arity import binary, unary
from autograd_core.graph.memory import is_array
from autograd_core.graph.refusals import refuse_dtype
from autograd_core.graph.results import recording, wrapped
from autograd_core.graph.variable import Variable, count_recorded, known, plain
from autograd_core.graph.views import shares
from autograd_core.tensor import ufuncs

OPERATORS = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.power: operator.pow, np.matmul: matmul, np.remainder: operator.mod, np.floor_divide: operator.floordiv,
}  # fmt: skip
PLAIN_RESULTS = {np.astype, np.full_like}  # composed functions of which an integer result is meant
NEVER = 1 << 30
_out_positions: dict = {}  # function -> the position of its argument `out`, and the names of all
quick: dict = {}  # ufunc -> the function that runs `ufunc(*inputs)` on Tensors without further questions


def array_ufunc(ufunc, method, inputs, kwargs):
    """`Tensor.__array_ufunc__`."""
    run = quick.get(ufunc)
    if run is None:
        run = quick[ufunc] = _make_quick(ufunc)
    if method == "__call__" and not kwargs:
        return run(*inputs)
    out = kwargs.pop("out", None) or (None,) * ufunc.nout
    if method == "at":
        return ufuncs.at(ufunc, *inputs)
    if ufunc in VALUE_ONLY or not count_recorded((*inputs, *kwargs.values(), *out)) or recording() is False:
        result = ufuncs.on_values(ufunc, method, inputs, kwargs, out)
    else:
        result = getattr(ufuncs, "call" if method == "__call__" else method)(ufunc, *inputs, **kwargs, out=out)
    return result if all(target is None for target in out) else _deliver_all(out, result)


def _make_quick(ufunc):
    if not is_declared(ufunc) and "scipy.special" in sys.modules:  # a ufunc does not tell whose it is
        importlib.import_module(LATE["scipy.special"])
    entry = TABLE.get(ufunc)
    if ufunc is np.isnan:
        return _is_nan
    if entry is None:
        return lambda *inputs: call(ufunc, inputs, {})
    if entry.outputs is None and entry.parameters == ("x",):
        return unary(entry)
    if entry.outputs is None and tuple(entry.rules) == ("a", "b"):
        method, reflected = binary(entry, OPERATORS.get(ufunc, ufunc))
        return lambda a, b: method(a, b) if isinstance(a, Variable) else reflected(b, a)
    return lambda *inputs: apply(entry, inputs, {})


def _is_nan(x):
    _refuse_to_lose_in_c((x,))
    return call(np.isnan, (x,), {})


def _refuse_to_lose_in_c(args):
    if count_recorded(args) and recording() is not False and lost_in_c():
        raise DetachError(would_cut(*culprit()))


def array_function(function, args, kwargs):
    """`Tensor.__array_function__`."""
    if function is np.atleast_1d:
        _refuse_to_lose_in_c(args)
    if len(args) > 1 and (position := _out_positions.get(function) or _out_by_position(function))[0] < len(args):
        place, names = position
        kwargs = {**kwargs, **dict(zip(names[place:], args[place:], strict=False))}
        args = args[:place]
    if "out" not in kwargs and (function is not np.clip or "where" not in kwargs):
        return call(function, args, kwargs)
    out, others = kwargs.get("out"), {name: value for name, value in kwargs.items() if name != "out"}
    if function is np.clip and "where" in kwargs:
        return deliver(out, ufuncs.clip(args, **others, out=out))
    return deliver(out, call(function, args, others))


def _out_by_position(function):
    """At which position NumPy's `function` takes `out`, one that no call reaches if at none; and the names of its arguments."""
    try:
        parameters = signature(function).parameters
    except ValueError:  # in C, and NumPy does not tell
        parameters = {}
    names = [name for name, p in parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD or p.kind is p.POSITIONAL_ONLY]
    found = _out_positions[function] = names.index("out") if "out" in names else NEVER, names
    return found


def call(function, args, kwargs):
    """Run NumPy's `function` on arguments with Tensors among them, by whatever the table knows of it."""
    entry = TABLE.get(function)
    if entry is not None:
        return apply(entry, args, kwargs)
    if function in VALUE_ONLY:
        return of_values(function(*plain(args), **plain(kwargs)))
    if function in COMPOSED:
        args, kwargs = tuple(map(known, args)), {name: known(value) for name, value in kwargs.items()} if kwargs else kwargs
        given = (*args, *kwargs.values()) if kwargs else args
        if (count_recorded(given) and recording() is not False) or changes_operand(function):
            foreign = _undecided_among(given)
            if foreign is not None:
                foreign.look_at(function.__name__, given)
                return ours(COMPOSED[function], args, kwargs)
            return _derivable(function, COMPOSED[function](*args, **kwargs))
        out = function(*plain(args), **plain(kwargs))
        return COMPOSED[function](*args, **kwargs) if is_view(out, args) else wrapped(out)
    late = LATE.get(getattr(function, "__module__", None))
    if late is not None:
        importlib.import_module(late)  # each time, since it waits if another thread is at it; to look in sys.modules would not
        if function in TABLE or function in COMPOSED or function in VALUE_ONLY:
            return call(function, args, kwargs)
    if not count_recorded(args) + count_recorded(kwargs.values()) or recording() is False:
        return wrapped(function(*plain(args), **plain(kwargs)))
    raise UnsupportedError(_no_derivative(function))


def _undecided_among(args):
    """The value of a Tensor among arguments, or in lists of them, that stands for an array of another library; or None."""
    for arg in args:
        if isinstance(arg, Variable):
            if type(arg._value) is not ndarray and undecided(arg._value):
                return arg._value
        elif type(arg) in (list, tuple) and (found := _undecided_among(arg)) is not None:
            return found
    return None


def of_values(out):
    """What a function without a derivative returned, as users get it."""
    return type(out)(map(handed_out, out)) if type(out) in (tuple, list) else handed_out(out)


def _derivable(function, out):
    """What a composed function returned; an error if it is plain integers, say because of `dtype=int`: then it was cut."""
    if isinstance(out, (ndarray, generic)) and out.dtype.kind not in "fc" and function not in PLAIN_RESULTS:
        refuse_dtype(function.__name__, out.dtype)
    return out


def is_view(out, args):
    """Whether a result of NumPy shares memory with an argument that is a Tensor, which then has to know its views."""
    if type(out) in (tuple, list):
        return any(is_view(part, args) for part in out)
    return any(_is_view_of(out, arg) for arg in args if isinstance(arg, Variable))


def _is_view_of(out, arg):
    if type(out) is not ndarray:
        return shares_memory(out, arg._value)
    return shares(out, arg._value) if arg.ndim else is_array(arg)


def _no_derivative(function):
    """What to tell who calls a function that is not in the table, or is there as unsupported, on a recorded Tensor."""
    name = getattr(function, "__name__", repr(function))
    module = getattr(function, "__module__", None) or ""
    if function in UNSUPPORTED:
        return f"{name}: there is no derivative for this function; {UNSUPPORTED[function]}"
    where = f" of {module}" if module and module.partition(".")[0] != "numpy" else ""
    return (
        f"{name}: there is no derivative for this function{where}; write it with NumPy's functions, give it a derivative of your "
        "own with autograd_core.primitive, or give it the value, t.detach()"
    )


def changes_operand(function):
    return getattr(COMPOSED[function], "changes_operand", False)


def deliver(out, result):
    """Write a result to the `out=` of a call: a Tensor moves on to it, an array takes the value if nothing is lost by that."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if out is None:
        return result
    if isinstance(out, Variable):
        return out._become(result)
    _refuse_to_lose(out, result)
    np.copyto(out, plain(result), casting="same_kind")
    return out


def _refuse_to_lose(out, result):
    """Raise if `out` is an array and the result part of a graph."""
    if out is not None and not isinstance(out, Variable) and count_recorded([result]):
        raise DetachError(
            "out=: an ndarray cannot hold a Tensor that is part of a graph, its gradient would be lost. Write "
            "`result = a + b` instead of `arr += b` or `np.add(a, b, out=arr)`, or make `arr` a Tensor"
        )


def _deliver_all(out, result):
    if len(out) == 1:
        return deliver(out[0], result)
    for target, part in zip(out, result, strict=True):  # before any of them is changed
        _refuse_to_lose(target, part)
    return tuple(deliver(target, part) for target, part in zip(out, result, strict=True))

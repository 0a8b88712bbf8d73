"""Applying: run one entry of the table on Tensors, and put what it did into the graph."""

import functools
import re

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.entry import MANY, PLAIN, STATIC
from autograd_core.derivatives.indexing import getitem
from autograd_core.derivatives.kinds import shares_memory
from autograd_core.derivatives.operands import converted
from autograd_core.derivatives.pattern import IN_EXPRESSIONS
from autograd_core.derivatives.stamps import SCALARS
from autograd_core.graph import results
from autograd_core.graph.memory import is_array, mark_as_array, put
from autograd_core.graph.nodes import split
from autograd_core.graph.refusals import explained, refuse_without_rule
from autograd_core.graph.results import SCALAR, all_returned, outputs_of, recorded, recording, returned, wrapped
from autograd_core.graph.variable import Variable, count_recorded, is_static, known, plain
from autograd_core.graph.views import link, shares, view_of_number

NOTHING: dict = {}  # the named arguments of most calls
# Of a number they make another number, never a view
REDUCING = frozenset([np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.var, np.std])
COPYING = frozenset([np.copy, converted])  # of a number, too, they make an array; np.astype takes nothing else


def apply(entry, args, kwargs):
    """Run an entry on any mixture of Tensors, arrays and static arguments, and record it if one is part of the graph."""
    if entry.direct:
        if not kwargs:
            types = (*map(type, args),)
            run = entry.recorders[types] if types in entry.recorders else by_types(entry, types)
            if run is not None:
                return run(args)
        alone = entry.simple and args and isinstance(args[0], Variable) and (entry.only is not None or entry.takes_it_first())
        if alone and is_static(args[1:]) and (not kwargs or is_static(kwargs.values())):
            return apply_one(entry, args[0], args[1:], kwargs)
    elif (
        entry.sequence is not None
        and not kwargs
        and args
        and entry.sequence == (entry._parameters or entry.parameters)[0]
        and is_static(args[1:])
    ):
        result = apply_several(entry, args[0], args[1:])
        if result is not None:
            return result
    return _apply(entry, args, kwargs)


def apply_several(entry, operands, rest):
    """`apply` if the first argument is a list or tuple of Tensors and arrays, and the rest is known to be static; or None."""
    mode, kind = recording(), type(operands)
    if mode is False or entry.outputs is not None or (kind is not list and kind is not tuple):
        return None
    values, keys, parents = [], [], []
    for i, value in enumerate(operands):
        if isinstance(value, Variable):
            if value._node is not None:
                keys.append((entry.sequence, i))
                parents.append(value._node)
            value = value._value
        elif type(value) not in PLAIN:
            return None
        values.append(value)
    if not parents:
        return None
    values = (kind(values), *rest)
    try:
        out = entry.forward(*values)
    except (ValueError, TypeError) as error:
        raise explained(entry, values, {}, error) from None
    pattern, values = entry.pattern(tuple(keys)), entry.bind(values, None)
    saved, result = pattern.pick(values, out), out[0] if entry.kept else out
    return recorded(pattern, *split(tuple(parents)), saved, returned(result, entry), mode, values)


def _apply(entry, args, kwargs):
    mode = recording()
    keys, parents = [], []
    if mode is not False:
        for name, value in entry.operands(args, kwargs):
            if isinstance(value, Variable):
                if name == entry.sequence:
                    raise TypeError(f"{entry.name}: argument {name} must be a list of operands, got one Tensor; write list(t)")
                if value._node is not None and entry.rules[name] is not None:
                    keys.append(name)
                    parents.append(value._node)
            elif name == entry.sequence:
                for i, item in enumerate(value):
                    if isinstance(item, Variable) and item._node is not None:
                        keys.append((name, i))
                        parents.append(item._node)
        if len(parents) != count_recorded(args) + (count_recorded(kwargs.values()) if kwargs else 0):
            refuse_without_rule(entry, args, kwargs)
    args = tuple([plain(value) for value in args])
    if kwargs:
        kwargs = {name: plain(value) for name, value in kwargs.items()}
    if not entry.objects:
        args, kwargs = tuple(map(known, args)), {name: known(value) for name, value in kwargs.items()}
    try:
        out = entry.forward(*args, **kwargs)
    except (ValueError, TypeError) as error:
        raise explained(entry, args, kwargs, error) from None
    if entry.fills:
        out = all_returned(out, entry)
    result = out[0] if entry.kept else out
    if not parents:
        return wrapped(result)
    pattern = entry.pattern(tuple(keys))
    values = entry.bind(args, kwargs)
    saved = pattern.pick(values, out)
    if entry.outputs is None:
        return recorded(pattern, *split(tuple(parents)), saved, returned(result, entry), mode, values)
    return outputs_of(recorded(pattern, *split(tuple(parents)), saved, out, mode, values)._node, out, mode)


def by_types(entry, types):
    """`apply` for the frequent case, in a quarter of the time: arguments given by position, each a Tensor or static.

    It depends on their types what to take out of them, so that is compiled once for each combination. None if it is another case.
    """
    tensors, run = [i for i, kind in enumerate(types) if kind not in STATIC], None
    if tensors and all(issubclass(types[i], Variable) for i in tensors):
        if entry.simple and tensors == [0] and (entry.only is not None or entry.takes_it_first()):
            run = lambda args: apply_one(entry, args[0], args[1:])  # which may be a view
        elif (whole := entry.pattern_of(sum([1 << i for i in tensors]))) is not None:
            run = _by_position(entry, whole, tensors, len(types))
    if len(entry.recorders) < MANY:
        entry.recorders[types] = run
        if run is not None and all(types[i].__autograd_function__ is results.Result.__autograd_function__ for i in tensors):
            entry.known[types] = run
    return run


def _by_position(entry, whole, tensors, count):
    others, some = tuple(entry.bind((None,) * count, None)[count:]), {}

    def partly(args):
        """Of Tensors of which some are no part of the graph."""
        places = tuple([i for i in tensors if args[i]._node is not None])
        if places not in some:
            pattern = entry.pattern_of(sum([1 << i for i in places]))
            some[places] = pattern and _written(entry, pattern, tensors, places, count, others, partly)
        run = some[places]
        return _apply(entry, args, {}) if run is None or recording() is False else run(args)

    return _written(entry, whole, tensors, tensors, count, others, partly)


# Written out, since an operation of three operands takes 0.3 µs more with a function to take values and nodes out of the
# arguments and one to pick what is saved
CALL = """
def make(entry, forward, pattern, others, partly):
    def run(args):
        {names} = args
        {nodes} = {nodes_of}
        if {missing} or (mode := recording()) is False:
            return partly(args)
        {tensors} = {values_of}
        try:
            out = forward({names})
        except (ValueError, TypeError) as error:
            raise explained(entry, ({names}), {{}}, error) from None
        result = {result}
        if (kind := type(result)) is not ndarray and kind is not SCALAR:
            result = returned(result, entry)
        return recorded(pattern, {first}, {rest}, ({saved}), result, mode, () if mode is True else ({names} *others))
    return run
"""


def _written(entry, pattern, tensors, places, count, others, partly):
    """The function of the tuple of `count` arguments, Tensors at `tensors`, of which those at `places` are part of the graph."""

    def listed(form, numbers):
        return "".join([f"{form.format(i)}, " for i in numbers])

    def value(position):
        i = int(position[1])
        return f"x{i}" if i < count else f"others[{i - count}]"

    first, rest = split([f"n{i}" for i in places])
    text = CALL.format(
        names=listed("x{}", range(count)),
        nodes=listed("n{}", places),
        nodes_of=listed("x{}._node", places),
        missing=" or ".join([f"n{i} is None" for i in places]),
        tensors=listed("x{}", tensors),
        values_of=listed("x{}._value", tensors),
        first=first,
        rest=f"({', '.join(rest)})" if type(rest) is list else rest,
        saved=re.sub(r"values\[(\d+)\]", value, listed("{}", pattern.picked)),
        result="out[0]" if entry.kept else "out",
    )
    return _maker(text)(entry, entry.forward, pattern, others, partly)


@functools.cache
def _maker(text):
    names = ("__name__", "SCALAR", "explained", "ndarray", "recorded", "recording", "returned")
    namespace = {**IN_EXPRESSIONS, **{name: globals()[name] for name in names}}
    exec(text, namespace)
    return namespace["make"]


def apply_one(entry, tensor, rest=(), kwargs=None):
    """`apply` if the first argument is a Tensor and the `rest` is known to be static: most methods."""
    data, node = tensor._value, tensor._node
    try:
        out = entry.forward(data, *rest, **kwargs) if kwargs else entry.forward(data, *rest)
    except (ValueError, TypeError) as error:
        raise explained(entry, (data, *rest), kwargs, error) from None
    everything, out = out, out[0] if entry.kept else out
    kind = type(out)
    if node is None or (mode := recording()) is False:
        result = wrapped(out)
    else:
        pattern = entry.only or entry.first_alone()
        values = entry.bind((data, *rest), kwargs)
        saved = pattern.pick(values, everything)
        plainly = kind is ndarray or kind is SCALAR
        result = recorded(pattern, node, None, saved, out if plainly else returned(out, entry), mode, values)
    if kind is ndarray:
        viewed = (base := out.base) is data or (base is not None and shares(out, data)) or out is data
        if viewed and not out.shape:
            put(result, out)
    else:
        viewed = kind not in SCALARS and shares_memory(out, data) and not _is_number(entry, rest, tensor, out)
        if entry.function in COPYING:
            mark_as_array(result)
    if not viewed and type(data) in SCALARS:
        viewed = _is_view_of_number(entry, tensor, rest, kwargs, result, out)
    if viewed:
        link(tensor, result, entry, rest, kwargs or NOTHING)
    return result


def _is_number(entry, rest, tensor, out):
    """Of values of another kind: whether NumPy has numbers where they share memory, as `x[1]` without an Ellipsis is one."""
    if not tensor._value.shape and not is_array(tensor):
        return True
    return entry is getitem and out.shape == () and all(part is not Ellipsis for part in _parts_of(rest[0]))


def _parts_of(index):
    return index if type(index) is tuple else (index,)


def _is_view_of_number(entry, tensor, rest, kwargs, result, out):
    """Whether `apply_one` has made a view of a Tensor of shape (); then the result gets its place in the memory of that."""
    kind = type(out)
    if entry.function in REDUCING:
        return False
    if (kind is ndarray or out == tensor._value or out != out) and is_array(tensor) and not entry.kept:
        view = view_of_number(tensor, entry, rest, kwargs or NOTHING)
        if view is not None:
            put(result, view)
            return True
    if kind is ndarray and not out.shape and entry.forward is entry.function:
        mark_as_array(result)
    return False

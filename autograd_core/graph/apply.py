"""Recording: run one entry of the table on Tensors, and put what it did into the graph."""

import re

import numpy as np
from numpy import float64, generic, ndarray

from autograd_core.derivatives.entry import MANY, PLAIN, STATIC, Entry
from autograd_core.derivatives.indexing import getitem
from autograd_core.derivatives.kinds import shares_memory, stands_in, taken_in
from autograd_core.derivatives.partial import Output
from autograd_core.derivatives.pattern import taking
from autograd_core.derivatives.stamps import FIXED, SCALARS
from autograd_core.errors import AutogradError, DTypeError, ShapeError, UnsupportedError
from autograd_core.errors.arguments import refused
from autograd_core.graph.memory import as_array, is_array, put
from autograd_core.graph.modes import recording as mode_variable
from autograd_core.graph.nodes import Node, next_number, spec_of
from autograd_core.graph.roots import go_round_root, go_round_two_roots
from autograd_core.graph.variable import Variable, count_recorded, is_static, known, operand, plain
from autograd_core.graph.views import link, shares, view_of_number

recording = mode_variable.get
new = object.__new__
FLOAT, SCALAR = np.dtype(float), float64  # the most frequent by far: `is` spares a closer look
FLOATS = frozenset([kind for kind in SCALARS if issubclass(kind, np.inexact)])


NOTHING: dict = {}  # the named arguments of most calls
Result = Variable  # the class of results; tensor.py sets it to Tensor


def results_are(kind):
    global Result
    Result = kind


def wrap(data, node=None):
    """A Tensor of this value at this place in the graph."""
    tensor = new(Result)
    tensor._value = data
    tensor._node = node
    return tensor


def recorded(pattern, parents, saved, out, mode, values=()):
    """The Tensor of a new node. `values` are those of all arguments, for the modes that want to see what is made."""
    node = Node()
    node.number = next_number()
    node.pattern = pattern
    node.parents = parents
    node.saved = saved
    node.stamp = None if pattern.stamp is None else pattern.stamp(saved)
    node.hooks = None
    node.mark = 0
    spec = type(out)
    if spec is ndarray and (shape := out.shape):
        if (dtype := out.dtype) is not FLOAT and dtype.kind not in "fc":
            refuse_dtype(pattern.entry.name, dtype)
        spec = (shape, dtype)
    elif spec is not SCALAR and spec not in FLOATS:
        out = out[()] if spec is ndarray else out
        spec = spec_of(out) if stands_in(out) else type(out)
        if issubclass(type(out), (np.integer, np.bool)):
            refuse_dtype(pattern.entry.name, out.dtype)
    node.spec = spec
    if mode is not True:
        mode.made(node, out, values)
    tensor = new(Result)
    tensor._value = out
    tensor._node = node
    return tensor


def refuse_dtype(name, dtype):
    raise DTypeError(
        f"{name}: a result of dtype {dtype} has no derivative; give it the values, t.detach(), "
        f"or write .astype({dtype}) after it for a plain array"
    )


def unary(entry):
    """The method for an entry of one operand."""
    forward, pattern = entry.forward, entry.pattern(tuple(entry.rules))
    pick, square, kept, itself = pattern.pick, entry.name == "square", entry.kept, pattern.simply == 1

    def method(self):
        data, parent = self._value, self._node
        everything = forward(data)
        out = everything[0] if kept else everything
        if parent is None or (mode := recording()) is False:
            return wrap(out)
        result = recorded(pattern, (parent,), (data,) if itself else pick((data,), everything), out, mode, (data,))
        if square:
            go_round_root(result._node, entry, data, 2)
        return result

    method.__doc__ = f"`{entry.name}`, elementwise: {entry.doc.partition(' | ')[0]}"
    return method


def binary(entry, operate):
    """The methods for an operator of two operands: the one for `self + other` and the reflected one for `other + self`."""
    return _binary(entry, operate, False), _binary(entry, operate, True)


def _binary(entry, operate, swapped):
    first, second = entry.rules
    both, left, right = entry.pattern((first, second)), entry.pattern((first,)), entry.pattern((second,))

    def method(self, other):
        x, p = self._value, self._node
        kind = type(other)
        if kind is Result:
            y, q = other._value, other._node
        elif kind in PLAIN:
            y, q = other, None
        else:
            y = operand(other)
            if y is NotImplemented:
                return self._beside(entry, other, swapped)
            y, q = (y._value, y._node) if isinstance(y, Variable) else (y, None)
        if swapped:
            x, y, p, q = y, x, q, p
            if kind is complex and type(y) is float64:
                x = np.complex128(x)  # Python's complex takes float64 for its own float, and would return its own type
        try:
            out = operate(x, y)
        except (ValueError, TypeError) as error:
            raise explained(entry, (x, y), {}, error) from None
        if q is None:
            if p is None:
                return wrap(out)
            pattern, parents, constant = left, (p,), y
        elif p is None:
            pattern, parents, constant = right, (q,), x
        else:
            pattern, parents, constant = both, (p, q), None
        if (mode := recording()) is False:
            return wrap(out)
        # As `recorded` does it, but here: for scalars the call alone is a tenth of the time
        node = Node()
        node.number = next_number()
        node.pattern = pattern
        node.parents = parents
        simply = pattern.simply
        if simply == 0:
            node.saved = ()
        elif simply == 2:
            node.saved = (y,)
        elif simply == 3:
            node.saved = (x, y)
            if (kind := parents[0].pattern) is not None and kind.by_root and (q is p or q is None):
                go_round_root(node, entry, x, 2 if q is p else y)
            elif constant is None and ((kind is not None and kind.by_root) or ((kind := q.pattern) is not None and kind.by_root)):
                go_round_two_roots(node, entry, p, q)
        else:
            node.saved = pattern.pick((x, y), out)
        node.stamp = None if pattern.stamp is None or type(constant) in FIXED else pattern.stamp(node.saved)
        kind = type(out)
        if kind is SCALAR:
            node.spec = kind
        elif kind is ndarray:
            node.spec = out.shape, out.dtype
        else:
            node.spec = kind if kind in FLOATS else spec_of(out)
        node.hooks = None
        node.mark = 0
        if mode is not True:
            mode.made(node, out, (x, y))
        tensor = new(Result)
        tensor._value = out
        tensor._node = node
        return tensor

    return method


OF_SHAPES = (
    "could not be broadcast", "could not broadcast", "mismatch", "not aligned", "cannot reshape", "Incompatible dimensions",
    "not have enough dimensions",
)  # fmt: skip
# What NumPy says of products of vectors and matrices, with their signature: "(n?,k),(k,m?)->(n?,m?)"
OF_CORES = (
    (
        r".* mismatch in its core dimension .* \(size (\d+) is different from (\d+)\)",
        r"\2 elements of the first operand meet \1 of the second",
    ),
    (
        r".*operand (\d) does not have enough dimensions \(has (\d+), .* requires (\d+)\)",
        r"operand \1 has \2 axes, and \3 are needed",
    ),
)


def in_plain_words(error):
    """What NumPy says, without the letters of its inner loops."""
    words = str(error)
    for pattern, meaning in OF_CORES:
        words = re.sub(pattern, meaning, words)
    return words


def explained(entry, args, kwargs, error):
    """NumPy's complaint about the operands of `entry`, with the name of the operation and the shapes of all operands."""
    if isinstance(error, AutogradError):
        return error
    if type(error) is TypeError and str(error).startswith(
        f"{getattr(entry.forward, '__qualname__', '')}() "
    ):  # of the call itself
        return refused(entry.name, (), kwargs or {}, error)
    given = entry.operands(args, kwargs or {})
    operands = [part for name, value in given for part in (value if name == entry.sequence else (value,))]
    shapes = [np.shape(part) for part in operands if isinstance(part, (ndarray, generic, int, float, complex)) or stands_in(part)]
    words = " and ".join(map(str, shapes))
    if isinstance(error, ValueError) and any(phrase in str(error) for phrase in OF_SHAPES):
        kind = np.linalg.LinAlgError if isinstance(error, np.linalg.LinAlgError) else ShapeError
        what = f"the shapes {words} do not go together" if len(set(shapes)) > 1 else f"this cannot be done with shape {words}"
        return kind(f"{entry.name}: {what} ({in_plain_words(error)})")
    error.add_note(f"in {entry.name} of operands with shapes {words}")
    return error


def apply(entry, args, kwargs):
    """Run an entry on any mixture of Tensors, arrays and static arguments, and record it if one is part of the graph."""
    if entry.direct:
        if not kwargs:
            types = (*map(type, args),)
            run = entry.recorders[types] if types in entry.recorders else by_types(entry, types)
            if run is not None:
                return run(*args)
        alone = entry.simple and args and isinstance(args[0], Variable) and (entry.only is not None or entry.takes_it_first())
        if alone and is_static(args[1:]) and (not kwargs or is_static(kwargs.values())):
            return apply_one(entry, args[0], args[1:], kwargs)
    elif entry.sequence is not None and not kwargs and args and entry.sequence == entry.parameters[0] and is_static(args[1:]):
        result = apply_several(entry, args[0], args[1:])
        if result is not None:
            return result
    return _apply(entry, args, kwargs)


def apply_several(entry, operands, rest):
    """`apply` where the first argument is a list or tuple of Tensors and arrays, and the rest is known to be static; or None."""
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
    return recorded(pattern, tuple(parents), saved, _array(result, entry), mode, values)


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
            _refuse(entry, args, kwargs)
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
        out = _outputs(out, entry)
    result = out[0] if entry.kept else out
    if not parents:
        return wrapped(result)
    pattern = entry.pattern(tuple(keys))
    values = entry.bind(args, kwargs)
    saved = pattern.pick(values, out)
    if entry.outputs is None:
        return recorded(pattern, tuple(parents), saved, _array(result, entry), mode, values)
    return outputs_of(recorded(pattern, tuple(parents), saved, out, mode, values)._node, out, mode)


def by_types(entry, types):
    """`apply` for the frequent case, in a quarter of the time: arguments given by position, each a Tensor or static.

    It depends on their types what to take out of them, so that is compiled once for each combination. None if it is another case.
    """
    tensors, run = [i for i, kind in enumerate(types) if kind not in STATIC], None
    if tensors and all(issubclass(types[i], Variable) for i in tensors):
        if entry.simple and tensors == [0] and (entry.only is not None or entry.takes_it_first()):
            run = lambda tensor, *rest: apply_one(entry, tensor, rest)  # which may be a view
        elif (whole := entry.pattern_of(sum([1 << i for i in tensors]))) is not None:
            run = _by_position(entry, whole, tensors, len(types))
    if len(entry.recorders) < MANY:
        entry.recorders[types] = run
        if run is not None and all(types[i].__autograd_function__ is Result.__autograd_function__ for i in tensors):
            entry.known[types] = run
    return run


def _by_position(entry, whole, tensors, count):
    take, kept, rest = taking(count, tensors), entry.kept, tuple(entry.bind((None,) * count, None)[count:])

    def run(*args):
        values, parents = take(*args)
        pattern, mode = whole, recording()
        if None in parents:  # which operands are part of the graph is a number, one bit for each
            mask = sum([1 << i for i, node in zip(tensors, parents, strict=True) if node is not None])
            pattern = entry.masked.get(mask) or entry.pattern_of(mask)
            parents = tuple([node for node in parents if node is not None])
        if pattern is None or mode is False:
            return _apply(entry, args, {})
        try:
            out = entry.forward(*values)
        except (ValueError, TypeError) as error:
            raise explained(entry, values, {}, error) from None
        values += rest
        saved = pattern.pick(values, out)
        result = out[0] if kept else out
        return recorded(pattern, parents, saved, result if type(result) is ndarray else _array(result, entry), mode, values)

    return run


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
        result = recorded(pattern, (node,), saved, out if kind is ndarray else _array(out, entry), mode, values)
    if kind is ndarray:
        viewed = (base := out.base) is data or (base is not None and shares(out, data)) or out is data
        if viewed and not out.shape:
            put(result, out)
    else:
        viewed = kind not in SCALARS and shares_memory(out, data) and not _is_number(entry, rest, tensor, out)
        if entry.function is np.copy:
            as_array(result)
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
    if (kind is ndarray or out == tensor._value or out != out) and is_array(tensor) and not entry.kept:
        view = view_of_number(tensor, entry, rest, kwargs or NOTHING)
        if view is not None:
            put(result, view)
            return True
    if kind is ndarray and not out.shape and entry.forward is entry.function:
        as_array(result)
    return False


def _array(out, entry):
    """What a user's own function returned, as an array or NumPy scalar."""
    if isinstance(out, (ndarray, generic)) or stands_in(out := taken_in(out)):
        return out
    if isinstance(out, (int, float, complex)):
        return np.asarray(out)[()]
    if isinstance(out, (tuple, list)):
        instead = (
            f"a {type(out).__name__} of {len(out)}; if these are several results, return a tuple and write outputs={len(out)}"
        )
    elif isinstance(out, Variable):
        instead = "a Tensor, which it must have from elsewhere; give it that one as an argument, with a rule"
    else:
        instead = type(out).__name__
    raise TypeError(f"{entry.name}: the function must return an array or a number, got {instead}")


def _outputs(out, entry):
    """What a user's own function of several results returned, as a tuple of arrays and NumPy scalars."""
    if not isinstance(out, (tuple, list)) or len(out) != entry.outputs:
        got = f"{len(out)} in a {type(out).__name__}" if isinstance(out, (tuple, list)) else type(out).__name__
        raise TypeError(
            f"{entry.name}: outputs={entry.outputs}, so the function must return a tuple of {entry.outputs}, got {got}"
        )
    parts = [_array(part, entry) for part in out]
    return type(out)(*parts) if hasattr(out, "_fields") else tuple(parts)


def wrapped(out):
    """The result of a NumPy function as Tensors: arrays become Tensors, tuples and lists are gone into."""
    if isinstance(out, (ndarray, generic)) or stands_in(out):
        return wrap(out if out.shape else out[()])
    if isinstance(out, tuple) and hasattr(out, "_fields"):
        return type(out)(*map(wrapped, out))
    if type(out) in (tuple, list):
        return type(out)(map(wrapped, out))
    return out


def _refuse(entry, args, kwargs):
    """Raise, since a recorded Tensor was given where the entry has no rule."""
    for i, value in [*enumerate(args), *kwargs.items()]:
        name = i if type(i) is str else entry.parameters[i] if i < len(entry.parameters) else i
        if name == entry.sequence and not isinstance(value, Variable):
            value = [item for item in value if not isinstance(item, Variable)]
        if not isinstance(value, Variable) and count_recorded([value]) and name in entry.rules:
            kind = type(value).__name__
            raise UnsupportedError(f"{entry.name}: argument {name} is a {kind} of Tensors; write np.stack(...) around it")
        if count_recorded([value]) and name not in entry.rules:
            others = f", only to {', '.join(entry.rules)}" if entry.rules else ""
            raise UnsupportedError(
                f"{entry.name}: there is no derivative with respect to argument {name}{others}; "
                f"write {name}.detach() if its gradient is not wanted"
            )


# Without a name of its own: it shows that of the operation
_OUTPUT = Entry(None, None, lambda x, k, count: x[k], {"x": lambda g, k, count: Output(g, k, count)}, doc="x[k] | ḡ in place k")


def outputs_of(node, out, mode):
    """The outputs of a node that has several: each a Tensor with a node that hands its gradient to the right place."""
    node.spec = None
    results = [output_of(node, value, i, len(out), mode) for i, value in enumerate(out)]
    return type(out)(*results) if hasattr(out, "_fields") else tuple(results)


def output_of(node, value, i, count, mode=True):
    """Output i as a Tensor, or as it is if it can have no derivative (the exponents of `frexp`)."""
    if value.dtype.kind not in "fc":
        return value
    return recorded(_OUTPUT.pattern(("x",)), (node,), (i, count), value, mode)

"""The recorder: what stands in the place of arrays while a step is recorded.

A `Traced` is no ndarray. It holds a real array, with which everything is really computed, and the place of that array in
the program. NumPy hands every call of it over (`__array_ufunc__`, `__array_function__`); a function that does not
hand over would have to convert it, and `__array__` refuses, with the user's line. Nothing is left out in silence.

- Testing one for truth is a guard: the program is good for as long as the answer stays the same.
- Taking a number out of one (`item()`, `float(…)`, `print`) is refused: nobody could say what it is used for.
- Writing into one makes a new value of the program; the arrays that it stands for are never changed.
"""

import operator
from weakref import ref

import numpy as np

from autograd_core.capturing.forms import astype, imag, real, setitem, ufunc_at
from autograd_core.capturing.kinds import UFUNCS, is_view
from autograd_core.capturing.program import Call, Guard, Source, Value
from autograd_core.edits import place
from autograd_core.errors import CaptureError
from autograd_core.modes import calling_line
from autograd_core.variable import StandIn, Variable

ASKED = {np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj, np.isscalar, np.min_scalar_type,
         np.common_type, np.broadcast_shapes, np.may_share_memory, np.shares_memory}  # fmt: skip


class Recording:
    """What is written down: calls, guards and effects. It is also the mode (`modes.recording`) of the engine meanwhile."""

    check_nan = check_inf = False

    def __init__(self):
        self.calls, self.guards = [], []
        self.writing, self.late = False, set()  # whether something was written; ids of the arguments' values read after that
        self.errors, self.ignored = np.geterr(), set()  # what NumPy warns of; what it does not in some calls (np.errstate)
        self.awaiting = False  # whether the next call is to be guarded

    # The engine's side: a mode sees every node that is made, and every contribution that is sent

    def made(self, node, out, values):
        if isinstance(out, StandIn):
            node.spec = (out.shape, out.dtype)
        node.line = calling_line()
        self.unseen(node, values)

    def sent(self, node, i, contribution):
        pass

    def unseen(self, node, values):
        """A node of plain arrays only would be a constant of the program: its leaf was not found beforehand."""
        if any(holds_traced(value) for value in values):
            return
        for parent in node.parents:
            if not parent.parents and (owner := getattr(parent, "owner", None)) is not None:
                raise UnseenError(owner(), node.line)

    # Writing down

    def add(self, function, args, kwargs):
        """Make the call with real arrays, write it down, and return its result: a Traced, or a tuple or list of them."""
        real = lifted(args, lambda traced: traced.now), lifted(kwargs, lambda traced: traced.now)
        result = function(*real[0], **real[1])
        return self.note(function, args, kwargs, result)

    def note(self, function, args, kwargs, result):
        if isinstance(result, (np.ndarray, np.generic)):
            function = UFUNCS.get(function, function)
        names = lifted(args, self.value_of), lifted(kwargs, self.value_of)
        call = Call(function, *names, result, calling_line())
        self.calls.append(call)
        if (errors := np.geterr()) != self.errors:
            self.ignored |= {kind for kind, what in errors.items() if what == "ignore" != self.errors[kind]}
        if self.writing:
            for value in call.operands:
                self.saw(value)
        if self.awaiting:
            self.awaiting = False
            self.guards.append(Guard(call.out, kind="finite", line=call.line))
        if depends_on_values(function, args):
            self.guards.append(Guard(call.out, np.shape(result), "shape", call.line))
        return self.parts(result, call.out)

    def parts(self, result, value):
        if isinstance(result, (np.ndarray, np.generic)):
            return Traced(self, result, value)
        if isinstance(result, (tuple, list)):
            found = []
            for i, part in enumerate(result):
                call = Call(operator.getitem, (value, i), {}, part)
                self.calls.append(call)
                found.append(self.parts(part, call.out))
            return type(result)(*found) if hasattr(result, "_fields") else type(result)(found)
        if isinstance(result, (bool, int, float, complex)):
            return Traced(self, result, value)
        raise refusal(f"the result of a call, {type(result).__name__}, is neither an array nor a number")

    def saw(self, value):
        """Note an argument that is read, itself or a view of it, after something was written."""
        while type(value.origin) is Call and is_view(value.origin) and type(value.origin.args[0]) is Value:
            value = value.origin.args[0]
        if type(value.origin) is Source and value.origin.kind == "argument":
            self.late.add(id(value))

    def value_of(self, traced):
        return traced.value

    def guard(self, traced, expected):
        self.guards.append(Guard(traced.value, expected, line=calling_line()))

    def guard_next(self):
        """The result of the next call must be finite, or the strong zero would have been another."""
        self.awaiting = True


def depends_on_values(function, args):
    """Whether the shape of the result does."""
    if function is operator.getitem:
        index = args[1] if type(args[1]) is tuple else (args[1],)
        return any(isinstance(one, Traced) and one.dtype == bool for one in index)
    return function in (np.compress, np.extract, np.repeat)


class UnseenError(Exception):
    """A Tensor takes part that was not found beforehand; the recording starts again with it."""

    def __init__(self, tensor, line):
        super().__init__(tensor, line)
        self.tensor, self.line = tensor, line


def refusal(what, instead="", line=None):
    """The error for what a program cannot hold, with the user's line."""
    hint = f"; {instead}" if instead else ""
    return CaptureError(f"capture: {what}{place(line or calling_line())}{hint}")


def holds_traced(tree):
    kind = type(tree)
    if kind is Traced:
        return True
    if kind is tuple or kind is list:
        return any(map(holds_traced, tree))
    if kind is dict:
        return any(map(holds_traced, tree.values()))
    return False


def lifted(tree, function):
    """The tree with `function(traced)` in the place of each Traced."""
    kind = type(tree)
    if kind is Traced:
        return function(tree)
    if kind is tuple or kind is list:
        return kind([lifted(item, function) for item in tree])
    if kind is dict:
        return {key: lifted(item, function) for key, item in tree.items()}
    if kind is slice and holds_traced((tree.start, tree.stop, tree.step)):
        raise refusal("a slice whose bounds are values of the step would have another length each time")
    return tree


class Traced(StandIn):
    """An array or NumPy scalar of a step that is being recorded."""

    __slots__ = ("__weakref__", "_base", "_views", "now", "on", "value")

    def __init__(self, on, now, value):
        self.on, self.now, self.value, self._base, self._views = on, now, value, None, []

    shape = property(lambda self: np.shape(self.now))
    ndim = property(lambda self: np.ndim(self.now))
    size = property(lambda self: np.size(self.now))
    dtype = property(lambda self: np.result_type(self.now))
    nbytes = property(lambda self: np.asarray(self.now).nbytes)
    itemsize = property(lambda self: self.dtype.itemsize)

    # NumPy's protocols

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if any(isinstance(x, Variable) for x in inputs):
            return NotImplemented
        if method == "at":
            target = inputs[0]
            if not isinstance(target, Traced):
                raise refusal(
                    f"{ufunc.__name__}.at writes values of the step into a plain array", "make it from one: np.zeros_like(x)"
                )
            target._become(self.on.add(ufunc_at, (target, ufunc, *inputs[1:]), kwargs))
            return None
        into = None if out is None else out[0] if len(out) == 1 else out
        if into is not None and not isinstance(into, Traced):
            raise refusal(
                f"{ufunc.__name__} writes values of the step into an array that capture does not know (out=)",
                "return the result instead, or let the step close over the array itself",
            )
        if into is not None and kwargs.get("where", True) is not True:
            raise refusal(f"{ufunc.__name__} with where= and out=", "write np.where(condition, result, old)")
        result = self.on.add(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)
        if into is None:
            return result
        return into._store(result)

    def __array_function__(self, function, types, args, kwargs):
        if any(issubclass(kind, Variable) for kind in types):
            return NotImplemented
        if function in ASKED:
            return function(*lifted(args, lambda traced: traced.now), **lifted(kwargs, lambda traced: traced.now))
        if kwargs.get("out") is not None:
            into, others = kwargs["out"], {name: value for name, value in kwargs.items() if name != "out"}
            if not isinstance(into, Traced):
                raise refusal(f"{function.__name__} writes values of the step into an array that capture does not know (out=)")
            return into._store(self.on.add(function, args, others))
        if function in (np.nonzero, np.flatnonzero, np.argwhere, np.unique) or (function is np.where and len(args) == 1):
            raise refusal(f"{function.__name__} has as many results as there are such values", "write np.where(condition, a, b)")
        if function is np.copyto:
            if not isinstance(args[0], Traced) or len(args) > 2 or kwargs:
                raise refusal("copyto into an array that capture does not know, or with where=", "write np.where(…)")
            args[0][...] = args[1]
            return None
        if function in (np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis):
            raise refusal(f"{function.__name__} changes an array in place", "write arr[index] = value")
        result = self.on.add(function, args, kwargs)
        if isinstance(result, Traced) and isinstance(args[0] if args else None, Traced):
            result._is_view_of(args[0], None)
        return result

    def __array__(self, dtype=None, copy=None):
        raise refusal(
            "np.asarray(…), np.array([…]) or a function that is not NumPy's needs a plain array of a value of the step",
            "write np.stack([…]) for an array of values, and NumPy's functions otherwise",
        )

    def _store(self, result):
        """`out=`: the value of the result, in this array's dtype and shape."""
        if result.shape != self.shape:
            result = self.on.add(np.broadcast_to, (result, self.shape), {})
        if result.dtype != self.dtype:
            result = self.on.add(astype, (result, self.dtype), {})
        return self._become(result)

    # Views and changes in place

    def _is_view_of(self, base, index):
        if self.now is base.now or (np.ndim(self.now) and np.may_share_memory(self.now, base.now)):
            self._base = (base, index)
            base._views = [one for one in base._views if one() is not None] + [ref(self)]

    def _become(self, result, whole=False):
        """Take the value of `result`, as a change in place does, in what this is a view of too."""
        if any(one() is not None and one() is not whole for one in self._views):
            raise refusal("a change in place of an array of which there is another view", "write y = x + 1 in place of x += 1")
        if self._base is not None:
            base, index = self._base
            if index is None:
                raise refusal("a change in place of a view (reshape, transpose, …)", "write y = x + 1 in place of x += 1")
            base._become(base.on.add(setitem, (base, index, result), {}), whole=self)
        self.on.writing = self.on.writing or type(self.value.origin) is Source
        self.now, self.value = result.now, result.value
        return self

    def __setitem__(self, index, value):
        if isinstance(value, Variable):
            raise refusal("a Tensor assigned into an array")
        if isinstance(value, Traced) and value._base is not None and value._base[0] is self:
            own = value._base[1]  # from Python 3.12 on `x[1:3] += …` makes its slice twice
            if own is index or (type(own) is type(index) is slice and own == index):
                return  # the end of `x[index] += …`, whose change in place has reached x already
        self._become(self.on.add(setitem, (self, index, value), {}))

    def __getitem__(self, index):
        result = self.on.add(operator.getitem, (self, index), {})
        result._is_view_of(self, index)
        return result

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self.now)

    # What is decided by a value, or taken out of the program

    def __bool__(self):
        if self.size != 1:
            return bool(self.now)  # NumPy's own error
        found = bool(self.now)
        self.on.guard(self, found)
        return found

    def _refuse(self, what, instead):
        raise refusal(f"{what} takes a number out of the step, and a replay would not know what became of it", instead)

    def item(self, *args):
        self._refuse("item()", "return the array, and call item() on what the captured step returns")

    def tolist(self):
        self._refuse("tolist()", "return the array, and call tolist() on what the captured step returns")

    def __float__(self):
        self._refuse("float(…), or a function of math,", "use NumPy's functions, and return the value")

    def __int__(self):
        self._refuse("int(…)", "keep the array, or give the number to the step as an argument")

    def __complex__(self):
        self._refuse("complex(…)", "use NumPy's functions")

    def __index__(self):
        self._refuse("a value as an index, a length or a count", "give it to the step as an argument")

    def __repr__(self):
        self._refuse("printing", "return the value, and print what the captured step returns")

    __str__ = __repr__

    def __format__(self, spec):
        self._refuse("printing", "return the value, and print what the captured step returns")

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __finite__(self):
        """For the strong zero: whether all is finite now. Where it is not in a replay, a NaN is in the product behind it."""
        if self.dtype.kind in "fc":
            if not np.isfinite(self.now).all():
                return False
            self.on.guard_next()
        return True

    def __no_zeros__(self):
        """For the strong zero: whether no element is 0 now. Where one is in a replay, 0 / 0 is in the quotient that follows."""
        if not np.all(self.now):
            return False
        self.on.guard_next()
        return True

    def shares(self, other):
        """Whether this is a view of another one's memory."""
        return isinstance(other, Traced) and (other is self or (self.ndim and np.may_share_memory(self.now, other.now)))

    @property
    def flags(self):
        return self.now.flags

    def __nowhere__(self):
        """For a rule that looks whether something is False everywhere; the program holds for as long as the answer does."""
        found = self.on.add(np.any, (self,), {})
        return not found

    __hash__ = object.__hash__

    # NumPy's methods and attributes

    @property
    def T(self):
        return np.transpose(self)

    @property
    def mT(self):
        return np.matrix_transpose(self)

    @property
    def real(self):
        return self.on.add(real, (self,), {}) if self.dtype.kind == "c" else self

    @property
    def imag(self):
        return self.on.add(imag, (self,), {}) if self.dtype.kind == "c" else np.zeros_like(self)

    @property
    def flat(self):
        return iter(self.ravel())

    @property
    def base(self):
        return None

    def astype(self, dtype, copy=True, **kwargs):
        dtype = np.dtype(dtype)
        return self if dtype == self.dtype and not copy else self.on.add(astype, (self, dtype), {})

    def reshape(self, *shape, **kwargs):
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kwargs)

    def transpose(self, *axes):
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def copy(self, order="C"):
        if not isinstance(self.now, np.ndarray):  # a number never changes
            return Traced(self.on, self.now, self.value)
        return self.on.add(np.copy, (self,), {})

    def flatten(self, order="C"):
        return np.ravel(self, order).copy()

    def fill(self, value):
        self[...] = value

    def view(self, *args):
        if args:
            raise refusal("view(dtype) of an array")
        return self[...]


def _method(function):
    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    return method


for _name in [
    "sum",
    "prod",
    "mean",
    "var",
    "std",
    "max",
    "min",
    "ptp",
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
    "cumprod",
    "trace",
    "clip",
    "round",
    "all",
    "any",
    "ravel",
    "squeeze",
    "swapaxes",
    "dot",
    "diagonal",
    "take",
    "repeat",
    "conj",
    "conjugate",
    "nonzero",
    "searchsorted",
    "compress",
    "choose",
]:
    setattr(Traced, _name, _method(getattr(np, _name)))


def _operator(function):
    def method(self, other):
        if isinstance(other, Variable) or not isinstance(other, OPERANDS):
            return NotImplemented
        return self.on.add(function, (self, other), {})

    def reflected(self, other):
        if isinstance(other, Variable) or not isinstance(other, OPERANDS):
            return NotImplemented
        return self.on.add(function, (other, self), {})

    def in_place(self, other):
        if isinstance(other, Variable):
            return NotImplemented
        result = self.on.add(function, (self, other), {})
        if not self.shape and not isinstance(self.now, np.ndarray):
            return result
        if result.shape != self.shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {self.shape} doesn't match the broadcast shape {result.shape}"
            )
        return self._store(result)

    return method, reflected, in_place


OPERANDS = (Traced, np.ndarray, np.generic, int, float, complex)
for _name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"]:
    _forward, _reflected, _in_place = _operator(getattr(operator, f"__{_name}__"))
    setattr(Traced, f"__{_name}__", _forward)
    setattr(Traced, f"__r{_name}__", _reflected)
    setattr(Traced, f"__i{_name}__", _in_place)
for _name in ["eq", "ne", "lt", "le", "gt", "ge"]:
    setattr(Traced, f"__{_name}__", _operator(getattr(operator, _name))[0])
for _name in ["neg", "pos", "abs", "invert"]:
    setattr(Traced, f"__{_name}__", (lambda function: lambda self: self.on.add(function, (self,), {}))(getattr(operator, _name)))

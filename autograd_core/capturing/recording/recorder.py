"""What is written down while a step is recorded: each call of NumPy, and what is taken for granted."""

import operator
from contextvars import copy_context

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.program.calls import Call, Value, is_finite
from autograd_core.capturing.program.forms import reshaped, unshared
from autograd_core.capturing.program.functions import UFUNCS, VIEWS
from autograd_core.capturing.program.program import Guard
from autograd_core.capturing.reasons import refusal
from autograd_core.capturing.recording.stand_in import StandIn
from autograd_core.derivatives.stamps import bits
from autograd_core.graph.anomaly import calling_line


def same_context(a, b):
    """Whether all context variables have the same values, as far as that can be told."""
    try:
        return a == b
    except Exception:  # of a value of the user's, such as an array
        return False


def holds_stand_in(tree):
    kind = type(tree)
    if kind is StandIn:
        return True
    if kind is tuple or kind is list:
        return any(map(holds_stand_in, tree))
    return kind is dict and any(map(holds_stand_in, tree.values()))


def lifted(tree, function):
    """The tree with `function(stand_in)` in the place of each StandIn."""
    kind = type(tree)
    if kind is StandIn:
        return function(tree)
    if kind is tuple or kind is list:
        return kind([lifted(item, function) if type(item) in TAKEN_APART else item for item in tree])
    if kind is dict:
        return {key: lifted(item, function) for key, item in tree.items()}
    if kind is slice and holds_stand_in((tree.start, tree.stop, tree.step)):
        raise refusal(reasons.BOUNDS)
    return tree


NESTED = {tuple, list, dict, slice}
TAKEN_APART = {*NESTED, StandIn}
REAL, VALUE = operator.attrgetter("now"), operator.attrgetter("value")  # of a StandIn


def sealed(stand_in):
    """Its array, which nobody can write into; a view of that is read-only too."""
    array = stand_in.now
    if isinstance(array, np.ndarray):
        array = array.view()
        array.flags.writeable = False
    return array


class Recorder:
    """What is written down: calls, guards and effects. It is also the mode (`modes.recording`) of the engine meanwhile."""

    check_nan = check_inf = False

    def __init__(self):
        self.calls, self.guards, self.roots = [], [], {}
        self.writing, self.late = False, set()  # whether something was written; ids of the arguments' values read after that
        self.errors = np.geterr()  # what NumPy warns of outside the step
        self.context, self.here = copy_context(), ()  # where it was asked last, and what was said otherwise there
        self.awaiting = []  # guards of which the next call may show the same
        self.constants = {}  # {id: (array, a copy, line)} of arrays that the step made itself, and that calls were given
        self.refused, self.failed = [], []  # errors raised by stand-ins; (error, line) of calls that failed
        self.closed = False

    # The engine's side: a mode sees every node that is made and every pass that starts

    def made(self, node, out, values):
        node.line = calling_line()
        self.unseen(node, values)

    def starts(self, grads):
        pass

    sent = None  # what a rule makes of a gradient is calls like any other

    def unseen(self, node, values):
        """A node of plain arrays only would be a constant of the program: its leaf was not found beforehand."""
        for value in values:
            if type(value) is StandIn or holds_stand_in(value):
                return
        for parent in node.parents:
            if not parent.parents and (owner := getattr(parent, "owner", None)) is not None:
                self.refused.append(UnseenError(owner(), node.line))  # the step may catch it
                raise self.refused[-1]

    # Writing down

    def add(self, function, args, kwargs):
        """Make the call with real arrays, write it down, and return its result: a StandIn, or a tuple or list of them."""
        real = [x.now if type(x) is StandIn else lifted(x, REAL) if type(x) in NESTED else x for x in args]
        try:
            result = function(*real, **lifted(kwargs, REAL)) if kwargs else function(*real)
        except Exception as error:
            self.fails(error)
            raise
        return self.note(function, args, kwargs, result)

    def asked(self, function, args, kwargs):
        """What a function says of arrays that holds in each replay: it is no call of the program."""
        return function(*lifted(args, REAL), **lifted(kwargs, REAL))

    def run(self, function, args, kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            self.fails(error)
            raise

    def fails(self, error):
        """A call that fails must make the step fail too: should it catch the error, it is not what a replay does."""
        self.failed.append((error, calling_line()))

    def add_function(self, function, args, kwargs):
        """(what `add` returns, whether that would be views) for a function of NumPy's, of which it is not known what it does."""
        if function in FRESH and len(args) <= 2:  # the third may be `out`
            return self.add(function, args, kwargs), False
        if function in VIEWS and (len(args) == 1 or function not in (np.atleast_1d, np.atleast_2d, np.atleast_3d)):
            return self.add(function, args, kwargs), False
        try:
            result = self.run(function, lifted(args, sealed), lifted(kwargs, sealed))
        except ValueError as error:
            if "read-only" in str(error) or "output array" in str(error):
                raise refusal(reasons.WRITES, function=function.__name__) from error
            raise
        parts = result if isinstance(result, (tuple, list)) else (result,)
        shared = any(isinstance(part, np.ndarray) and not part.flags.writeable for part in parts)
        if shared:  # np.split, np.diag, np.real, …: a program knows nothing of these views
            function = unshared(function)
            result = function(*lifted(args, REAL), **lifted(kwargs, REAL))
        return self.note(function, args, kwargs, result), shared

    def note(self, function, args, kwargs, result):
        if self.closed:  # a stand-in that was left behind
            return result
        if is_array := isinstance(result, ARRAYS):
            function = UFUNCS.get(function, function)
            if function in RESHAPES and not np.may_share_memory(result, args[0].now):
                order = args[2:] if function is np.reshape else args[1:]
                order = kwargs.get("order", order[0] if order else "C")
                if order in ("C", "F"):
                    function, args, kwargs = reshaped, (args[0], result.shape, order), {}
                else:  # by how the array lies in memory
                    function = unshared(function)
        values = tuple([x.value if type(x) is StandIn else lifted(x, VALUE) if type(x) in NESTED else x for x in args])
        kwargs = lifted(kwargs, VALUE) if kwargs else NOTHING
        if not same_context(copy_context(), self.context):
            self.look_at_errstate()
        call = self.written(Call(function, values, kwargs, result, errors=self.here))
        for arg in args:
            if type(arg) is np.ndarray and id(arg) not in self.constants:
                self.constants[id(arg)] = arg, arg.copy(), calling_line()
        if self.writing:
            for value in call.operands:
                self.saw(value)
        if self.awaiting:
            self.look_at_branch(call)
        if function in BY_VALUE:
            if depends_on_values(function, args):
                self.guards.append(Guard(call.out, np.shape(result), "shape"))
            if function in UNTYPED and is_array:
                self.guards.append(Guard(call.out, call.out.dtype, "dtype"))
        return StandIn(self, result, call.out) if is_array or isinstance(result, NUMERIC) else self.parts(result, call)

    def look_at_errstate(self):
        """What the step has said by np.errstate, which is in a context variable: to ask NumPy takes as long as a call."""
        self.context, here = copy_context(), np.geterr()
        self.here = () if here == self.errors else tuple(sorted(here.items() - self.errors.items()))

    def written(self, call):
        self.calls.append(call)
        if call.is_view and type(base := call.args[0]) is Value:
            self.roots[call.out] = self.roots.get(base, base)
        return call

    def parts(self, result, call):
        """What stands for the result of a call, or for the parts of it."""
        if isinstance(result, NUMERIC):
            return StandIn(self, result, call.out)
        if isinstance(result, (tuple, list)):
            parts = []
            for i, part in enumerate(result):
                taken = self.written(Call(operator.getitem, (call.out, i), NOTHING, part))
                if call.function in UNTYPED:
                    self.guards.append(Guard(taken.out, taken.out.dtype, "dtype"))
                parts.append(self.parts(part, taken))
            return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
        function = getattr(call.function, "__name__", "a function")
        raise refusal(reasons.RESULT, function=function, kind=type(result).__name__)

    def look_at_constants(self):
        """Raise for an array of the step's own that was changed after a call: the program has only the one."""
        for array, before, line in self.constants.values():
            if bits(array) != bits(before):
                raise refusal(reasons.OWN_ARRAY, line)
        self.constants = {}

    def look_at_errors(self):
        """Raise if the step went on after an error of a stand-in, or of a call."""
        if self.refused:
            raise self.refused[0]
        if self.failed:
            error, line = self.failed[0]
            raise refusal(reasons.CAUGHT, line, error=f"{type(error).__name__}: {error}"[:200])

    def saw(self, value):
        """Note an argument that is read, itself or a view of it, after something was written."""
        value = self.roots.get(value, value)
        if value.source is not None and value.source.kind == "argument":
            self.late.add(id(value))

    def guard(self, stand_in, expected):
        self.guards.append(Guard(stand_in.value, expected))

    def guard_branch(self, kind, stand_in):
        """Guard that a value is "finite" or "nonzero", on which a rule bases its quick way."""
        self.awaiting.append(Guard(stand_in.value, kind=kind))
        self.guards.append(self.awaiting[-1])

    def guard_within(self, bound, traced):
        self.guards.append(Guard(traced.value, bound, "within"))

    def look_at_branch(self, call):
        """Put one guard of the product or quotient that a rule makes of such values in the place of theirs: that costs less.

        It holds an infinity or NaN if a value is no longer as it was. But to look at it says something only if it has none now.
        """
        awaiting, self.awaiting = self.awaiting, []
        if call.function in SHOWING and all(guard.value in call.operands for guard in awaiting) and is_finite(call.out.sample):
            for guard in awaiting:  # the last of all, or nearly
                at = len(self.guards) - 1
                while self.guards[at] is not guard:
                    at -= 1
                del self.guards[at]
            self.guards.append(Guard(call.out, kind="finite"))


NOTHING: dict = {}  # the keywords of a call without any
ARRAYS = (np.ndarray, np.generic)
NUMERIC = (*ARRAYS, bool, int, float, complex)
FRESH = {  # which always make new arrays, and write into no other
    np.dot, np.vdot, np.empty_like, np.zeros_like, np.ones_like, np.copy, np.concatenate, np.stack, np.sum, np.mean, np.max,
    np.min, np.any, np.all,
}  # fmt: skip
RESHAPES = {np.reshape, np.ravel}
SHOWING = {np.multiply, np.divide, np.subtract}
COUNTING = {
    np.compress, np.extract, np.repeat, np.delete, np.bincount, np.trim_zeros, np.roots, np.union1d, np.intersect1d, np.setdiff1d,
    np.setxor1d, np.unique_values,
}  # fmt: skip


UNTYPED = {  # whose results are real or complex by their values
    np.real_if_close, np.linalg.eig, np.linalg.eigvals, np.roots, np.emath.sqrt, np.emath.log, np.emath.log2, np.emath.log10,
    np.emath.logn, np.emath.power, np.emath.arccos, np.emath.arcsin, np.emath.arctanh, np.poly, np.polydiv,
}  # fmt: skip


BY_VALUE = COUNTING | UNTYPED | {operator.getitem}  # whose shape or dtype may depend on values


def depends_on_values(function, args):
    """Whether the shape of the result does."""
    if function is operator.getitem:
        index = args[1] if type(args[1]) is tuple else (args[1],)
        return any(isinstance(part, StandIn) and part.dtype == bool for part in index)
    return function in COUNTING


class UnseenError(Exception):
    """A Tensor takes part that was not found beforehand; the recording starts again with it."""

    def __init__(self, tensor, line):
        super().__init__(tensor, line)
        self.tensor, self.line = tensor, line

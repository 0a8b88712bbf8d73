"""`capture`: the function that users call, and what it returns."""

import functools
import gc
import inspect
import re
import warnings
from operator import is_not
from threading import RLock

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.compare import disagreement
from autograd_core.capturing.look.containers import flatten, structure
from autograd_core.capturing.look.functions import names_in
from autograd_core.capturing.look.known import NUMBERS, with_article
from autograd_core.capturing.look.places import current
from autograd_core.capturing.look.snapshot import Snapshot, contents, seeds, without_gradient
from autograd_core.capturing.passes import PASSES, optimized
from autograd_core.capturing.reasons import problem
from autograd_core.capturing.recording.history import History, known_to
from autograd_core.capturing.recording.session import TURN, counts
from autograd_core.capturing.replay import HELD, MISS, Compiled, EntryGuard, cores, move
from autograd_core.derivatives.kinds import handed_out, taken_in, undecided
from autograd_core.errors import CaptureError
from autograd_core.graph.modes import anomaly, recording
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.variable import Variable

SETTING_UP = 4  # calls in a row that may set something up, such as the moments of an optimizer; with strict=True the first alone
CHECKED = 5  # calls that `check=True` compares


def capture(step=None, *, check=False, strict=False, cache_size=8, passes=PASSES, threads=None, native=False):
    """A function that does what `step(*arrays)` does, faster: its NumPy calls are recorded once, then replayed.

    step         any function of arrays, and of the Tensors, modules and optimizers that it closes over or is given, with or
                 without backward() and optimizer.step() in it. Its results must not be part of a graph any more
    check        run the step itself beside the first so many replays (5 for True), and compare all that they leave
    strict       raise CaptureError if the step cannot be captured, at its second call at the latest; otherwise it runs as it is,
                 after a warning
    cache_size   how many programs are kept: one for each combination of shapes, dtypes and settings
    native       True for machine code instead of calls of NumPy, which needs the extra `native`; "auto" tries both, and
                 takes the quicker. What there is no native code for is replayed by NumPy; `program` says which, and why
    passes       what is done to make it quick, see `autograd_core.capturing.passes`; () for the calls as recorded
    threads      how many may share the work on long arrays, where that pays; by default one for each core that the process is
                 given. Results are the same for any number

    A first call may set something up (gradients, moments) and runs as it is; the next one runs the step itself and the program
    made of it, and compares the two. Parameters, gradients, moments, running
    statistics, dropout and numbers that count or are set from outside (a learning rate) are followed. Results are those of the
    step, to the last digits where calls were taken together; `print(captured.program)` shows which. `.grad` is valid
    until the next call, unless it is held on to: then the next call takes another array. A result that is a parameter, an
    argument or a view of one is a copy of it. Calls from several threads wait for each other.

    Raises CaptureError, naming the line, for what a replay cannot do, and for what is not known to be harmless: numbers taken
    out by `item()` or `float()`, printing, random numbers from elsewhere than a `numpy.random.Generator` that the step closes
    over, containers that grow, errors that it catches, objects that nobody can look into. (Before that the step may have run
    once more than it was called.) Raises TypeError for a generator function or a coroutine.

    >>> import numpy as np
    >>> from autograd_core import Tensor, capture
    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> @capture
    ... def step(x, y):
    ...     w.grad = None
    ...     loss = np.mean((x @ w - y) ** 2)
    ...     loss.backward()
    ...     w.data -= 0.05 * w.grad
    ...     return loss.detach()
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 0.0]]), np.array([1.0, 2.0, 0.0])
    >>> losses = [step(x, y).item() for _ in range(100)]
    >>> losses[0] > losses[50] > losses[99]
    True
    """
    if step is None:
        options = {"strict": strict, "cache_size": cache_size, "passes": passes, "threads": threads, "native": native}
        return functools.partial(capture, check=check, **options)
    if not callable(step):
        raise TypeError(f"capture: expected a function, got {type(step).__name__}")
    if cache_size < 1:
        raise ValueError(f"capture: cache_size must be at least 1, got {cache_size}")
    if not isinstance(native, bool) and not (isinstance(native, str) and native == "auto"):
        raise TypeError(f'capture: native must be True, False or "auto", got {native!r:.60}')
    if native:
        _native()
    if not isinstance(passes, (tuple, list)) or not all(map(callable, passes)):
        raise TypeError(
            f"capture: passes must be a tuple of functions of a program, such as PASSES[:-1] or (), got {passes!r:.60}"
        )
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise ValueError(f"capture: threads must be a number of at least 1, or None for one on each core, got {threads!r:.60}")
    if kind := next((kind for kind, is_kind in UNUSABLE.items() if is_kind(step)), None):
        raise TypeError(
            f"capture: {getattr(step, '__name__', 'the step')} is {kind}, whose code runs bit by bit after the call; "
            "capture a function that it calls, which returns arrays"
        )
    return Captured(step, CHECKED if check is True else int(check), strict, cache_size, passes, threads or cores(), native)


ARRAYS = (np.ndarray, np.generic, Variable)
UNUSABLE = {
    "a generator function": inspect.isgeneratorfunction, "a coroutine function": inspect.iscoroutinefunction,
    "an async generator function": inspect.isasyncgenfunction,
}  # fmt: skip


class Captured:
    """A captured step: call it as the step itself. `program` is what the last call ran, to be printed."""

    __own_attributes__: frozenset = frozenset()

    def __init__(self, step, check, strict, cache_size, passes, threads, native):
        self.step, self.strict, self.cache_size = step, strict, cache_size
        self.passes, self.threads, self.native = passes, threads, native
        self._left_to_check, self._lock = check, RLock()
        self._programs = []  # the one used last first
        self._run, self._mode = _miss, None  # of the first program
        self._history = History(step)
        code = getattr(step, "__code__", None)
        self._sets_up = code is not None and "backward" in names_in(code).attributes  # gradients and moments, in its first call
        self._given_up, self._setting_up, self._missed = set(), 0, 0
        self._evicted, self._told = 0, False
        self._method = ()  # (class, name) of what is a method
        functools.update_wrapper(self, step, updated=())
        Captured.__own_attributes__ = frozenset(vars(self))  # others are the user's, which the step may read

    def __call__(self, *args, **kwargs):
        lock = self._lock  # there is one set of buffers
        try:
            lock.acquire()  # in here, or an interrupt right after it would leave the lock held; `with` takes half as long again
            if not kwargs and recording.get() is self._mode:
                try:
                    result = self._run(*args)
                except TypeError:
                    if len(args) == len(self._programs[0].guard.parameters):
                        raise
                    result = MISS
                if result is not MISS and result is not HELD:
                    return result
            return self._other(args, kwargs)
        finally:
            try:  # noqa: SIM105 (which would take time here)
                lock.release()
            except RuntimeError:  # it was interrupted while it waited for the lock
                pass

    def __get__(self, instance, owner=None):
        """As a decorator of a method: one captured step for each instance."""
        if instance is None:
            return self
        kept = getattr(instance, "__dict__", None)
        if not isinstance(kept, dict):  # __slots__, or a class
            raise TypeError(
                f"capture: {instance!r:.60} has no dict to keep a captured step in; capture the bound method: "
                f"step = capture(obj.{getattr(self.step, '__name__', 'step')})"
            )
        name = "_captured_" + ".".join(self._method or (getattr(self.step, "__name__", ""), str(id(self))))
        captured = kept.get(name)
        if captured is None or captured.step.__self__ is not instance:  # it belongs to the one of which this is a copy
            step = self.step.__get__(instance, owner)
            captured = kept[name] = Captured(step, self._left_to_check, *self._options())
            captured._method = self._method
        return captured

    def __set_name__(self, owner, name):
        self._method = owner.__qualname__, name

    def _options(self):
        return self.strict, self.cache_size, self.passes, self.threads, self.native

    def __reduce__(self):
        """Copies and pickles are of the step, not of its programs; as a method it is made anew, for the other instance."""
        instance = getattr(self.step, "__self__", None)
        if self._method and getattr(instance, "__dict__", {}).get("_captured_" + ".".join(self._method)) is self:
            return getattr, (instance, self._method[1])
        return Captured, (self.step, self._left_to_check, *self._options())

    @property
    def program(self):
        """What the last call ran: `print` it. Raises CaptureError before the first recording."""
        if not self._programs:
            raise CaptureError("capture: nothing is recorded yet; call the captured step first")
        return self._programs[0]

    def _other(self, args, kwargs):
        """A call to which the last program does not apply: by another program, recorded, or run as it is."""
        if anomaly.get() is not None:  # detect_anomaly looks at every operation; a recording around this one writes it down
            return self.step(*args, **kwargs)
        if self._sets_up:
            self._sets_up = False
            return self.step(*args, **kwargs)
        mode = recording.get()
        for i, compiled in enumerate(self._programs):
            if compiled.mode is mode and not self._left_to_check:
                result = compiled.replay(args, kwargs)
                if result is not MISS:
                    self._programs.insert(0, self._programs.pop(i))
                    self._ready()
                    return result
        key = self._key(args, kwargs)
        if key in self._given_up:
            return self.step(*args, **kwargs)
        turn, collecting = object(), False
        try:
            try:
                if TURN.take(turn):
                    collecting = gc.isenabled()  # it would look at all that is made here again and again
                    gc.disable()
                    return self._beside(args, kwargs, key)
            finally:
                self._done(turn, collecting)
        finally:  # again, should that be interrupted before it begins
            self._done(turn, collecting)
        return self.step(*args, **kwargs)  # somebody else records: this step is recorded another time

    def _done(self, turn, collecting):
        """Give others their turn."""
        if collecting:
            gc.enable()
        TURN.give(turn)

    def _beside(self, args, kwargs, key):
        """Run the step itself and, beside it, a program, which is recorded if there is none; return what the step returns."""
        reached = self._history.reach(args, kwargs)
        given = flatten((args, kwargs))[0]
        if (foreign := array_of_another_library([*reached.tensors.values(), *given])) is not None:
            self._give_up(key, problem(reasons.FOREIGN, kind=with_article(type(foreign))))
            return self.step(*args, **kwargs)
        arrays = [
            getattr(value, "_value", value) for value in given
            if isinstance(value, np.ndarray) or (isinstance(value, Variable) and id(value) not in reached.tensors)
        ]  # fmt: skip
        containers = structure((args, kwargs))
        nodes = [(tensor, tensor._node) for tensor in reached.tensors.values()]
        before, seeded, missing = Snapshot(reached, arrays), seeds(), without_gradient(reached)
        result = self.step(*args, **kwargs)
        changed, grown = reached.changed(), reached.grown()
        replaced = reached.replaced() or next((place for place, _ in changed if not simple(current(place))), None)
        cleared = missing - without_gradient(reached)
        patience = 1 if self.strict else SETTING_UP
        if (grown or replaced or cleared) and self._setting_up < (patience if grown or replaced else 1):
            self._setting_up += 1
            return result
        self._setting_up, other_seeds = 0, seeded != seeds()
        after = Snapshot(reached, arrays)
        try:
            refuse_hidden(reached, other_seeds)
            if grown:
                raise problem(reasons.GROWN, name=grown)
            if replaced is not None:
                raise problem(reasons.REPLACED, kind=type(current(replaced)).__name__, name=replaced.name)
            for tensor, node in nodes:
                if tensor._node is not node and type(tensor._node) not in (Leaf, type(None)):
                    raise problem(reasons.RECORDED_EDIT, name=reached.names[id(tensor)])
            if containers != structure((args, kwargs)) or any(map(is_not, given, flatten((args, kwargs))[0])):
                raise problem(reasons.ARGUMENT, name="a list or dict")
            self._history.refuse_other_objects(args, kwargs)
            before.restore()
            compiled, replayed = self._replayed(args, kwargs)
            if compiled is None:
                counting = {place.name for place, before in changed if counts(before) and counts(current(place))}
                session, program = self._history.record(self._programs, reached, args, kwargs, result, counting)
                compiled = self._compiled(session, program, reached, args, kwargs)
                replayed = compiled.replay(args, kwargs)
            if replayed is MISS:  # such as a division by 0, for which Python's numbers raise an error
                self._missed += 1
                if self._missed > SETTING_UP:
                    raise problem(reasons.BUSY)
                return result
            known = known_to(reached, args, kwargs)
            if (unlike := disagreement(result, replayed, after.values(), contents(reached, arrays), known)) is not None:
                name, got, expected = unlike
                raise DisagreementError(*problem(reasons.UNLIKE, name=name, got=got, expected=expected).args)
        except Exception as error:
            after.restore()
            if self._left_to_check and self._programs and isinstance(error, DisagreementError):
                raise
            self._give_up(key, error)
            return result
        finally:  # also if it is interrupted
            after.restore()
        reached.close()
        self._left_to_check = max(0, self._left_to_check - 1)
        self._keep(compiled)
        return result

    def _compiled(self, session, program, reached, args, kwargs):
        """What replays a program: machine code if that is asked for and there is some, or else NumPy."""
        if self.native is True:
            compiled, why = _native().native_program(session, program, self.passes, args, kwargs, self.threads, self._programs)
            if compiled is not None:
                return compiled
            program = program.replaced(notes=(*program.notes, f"by NumPy, since there is no native code for {why}"))
        recorded, program = program, optimized(program, self.passes)
        move(program, reached)
        if self.native == "auto":
            compiled, why = _native().native_program(
                session, recorded, self.passes, args, kwargs, self.threads, self._programs, program.arrays
            )
            if compiled is not None:
                return _native().Trial(compiled, self._by_numpy(session, program, args, kwargs))
            program = program.replaced(notes=(*program.notes, f"by NumPy, since there is no native code for {why}"))
        if self.native:
            guard = EntryGuard(session, program, args, kwargs)
            return _native().PartlyNative(program, guard, recording.get(), self.threads, why=why)
        return self._by_numpy(session, program, args, kwargs)

    def _by_numpy(self, session, program, args, kwargs):
        guard, shorten = EntryGuard(session, program, args, kwargs), _native().shorten if self.native else None
        return Compiled(program, guard, recording.get(), self.threads, shorten=shorten)

    def _replayed(self, args, kwargs):
        """(program, result) by one that there is already; (None, None) if none applies to this call."""
        for compiled in self._programs:
            if compiled.mode is recording.get() and (result := compiled.replay(args, kwargs)) is not MISS:
                return compiled, result
        return None, None

    def _give_up(self, key, error):
        name = getattr(self.step, "__name__", "the step")
        if not isinstance(error, CaptureError):
            reason = reasons.BROKEN if not getattr(error, "_of_the_step", False) else reasons.RAISED
            cause, error = error, problem(reason, error=in_words(error))
            error.__cause__ = cause
        if self.strict:
            raise error
        self._given_up.add(key)
        warnings.warn(f"{name} runs as it is, not captured: {error}", RuntimeWarning, stacklevel=5)

    def _keep(self, compiled):
        if compiled in self._programs:
            self._programs.remove(compiled)
        self._programs.insert(0, compiled)
        self._evicted += len(self._programs) > self.cache_size
        del self._programs[self.cache_size :]
        self._ready()
        if self._evicted >= self.cache_size and not self._told:
            self._told = True
            name = getattr(self.step, "__name__", "the step")
            warnings.warn(
                f"capture: {name} has been recorded for {self._evicted + self.cache_size} different calls, of which "
                f"{self.cache_size} programs are kept: recording takes longer than the step. Pad arrays to a few shapes, or "
                "raise cache_size",
                RuntimeWarning,
                stacklevel=5,
            )

    def _ready(self):
        first = self._programs[0]
        self._run, self._mode = (_miss, None) if self._left_to_check else (first.run, first.mode)

    def _key(self, args, kwargs):
        tree = args, tuple(sorted(kwargs.items()))
        values = [(v.shape, v.dtype.char) if isinstance(v, ARRAYS) else (type(v),) for v in flatten(tree)[0]]
        return structure(tree), tuple(values)


class DisagreementError(CaptureError):
    """A replay does something else than the step."""


def array_of_another_library(values):
    """The first of arrays and of Tensors' values that is none of NumPy's, as users have it; or None."""
    for value in values:
        value = taken_in(getattr(value, "_value", value))
        if undecided(value):
            return handed_out(value)
    return None


def refuse_hidden(reached, other_seeds):
    """Raise for what the step works with that a replay could not see change."""
    if reached.hidden:
        raise problem(reasons.HIDDEN, name=reached.hidden[0])
    if other_seeds:
        raise problem(reasons.SEEDS)


def simple(value):
    """Whether this is a value that a replay can put into a place."""
    return isinstance(value, NUMBERS) or (isinstance(value, tuple) and all(map(simple, value)))


def in_words(error):
    """The text of an error, without the names of stand-ins."""
    text = re.sub(r"[\w.]+\.StandIn\b", "numpy.ndarray", f"{type(error).__name__}: {error}")
    return text.replace("'StandIn'", "'numpy.ndarray'").replace("StandIn", "array")


def _native():
    """The room of native code, with what it needs: only for those who ask for it."""
    from autograd_core.capturing import native

    native.library()
    return native


def _miss(*args):
    return MISS

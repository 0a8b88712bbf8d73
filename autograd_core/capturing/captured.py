"""`capture`: the function that users call, and what it returns."""

import functools
import gc
import inspect
import re
import warnings
from threading import RLock

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.beside import Beside, DisagreementError, native_code
from autograd_core.capturing.look.containers import flatten, structure
from autograd_core.capturing.look.names import names_in
from autograd_core.capturing.passes import PASSES
from autograd_core.capturing.reasons import problem
from autograd_core.capturing.recording.session import TURN
from autograd_core.capturing.replay import HELD, MISS, cores
from autograd_core.errors import CaptureError
from autograd_core.graph.modes import anomaly, recorded_alone, recording
from autograd_core.graph.pushing import Forward
from autograd_core.graph.variable import Variable

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
        native_code()
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
        self._beside = Beside(step, strict, passes, threads, native, self._programs)
        code = getattr(step, "__code__", None)
        self._sets_up = code is not None and "backward" in names_in(code).attributes  # gradients and moments, in its first call
        self._given_up, self._evicted, self._told = set(), 0, False
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
        if type(recording.get()) is Forward:  # of a jvp, to which a program tells nothing of its operations
            with recorded_alone():
                return self(*args, **kwargs)
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
                    return self._run_beside(args, kwargs, key)
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

    def _run_beside(self, args, kwargs, key):
        """A call of the step itself, after which a program may be known, or it is known that there is none."""
        result, program, error = self._beside.run(args, kwargs)
        if program is not None:
            self._left_to_check = max(0, self._left_to_check - 1)
            self._keep(program)
        elif error is not None:
            if self._left_to_check and self._programs and isinstance(error, DisagreementError):
                raise error
            self._give_up(key, error)
        return result

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


def in_words(error):
    """The text of an error, without the names of stand-ins."""
    text = re.sub(r"[\w.]+\.StandIn\b", "numpy.ndarray", f"{type(error).__name__}: {error}")
    return text.replace("'StandIn'", "'numpy.ndarray'").replace("StandIn", "array")


def _miss(*args):
    return MISS

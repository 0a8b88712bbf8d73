"""A call of the step itself with a program beside it: recorded if there is none yet, replayed, and compared with the step."""

from operator import is_not
from typing import NamedTuple

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.compare import disagreement
from autograd_core.capturing.look.containers import flatten, structure
from autograd_core.capturing.look.known import NUMBERS, with_article
from autograd_core.capturing.look.places import current
from autograd_core.capturing.look.snapshot import Snapshot, seeds, without_gradient
from autograd_core.capturing.passes import FOR_NUMPY, optimized
from autograd_core.capturing.reasons import problem
from autograd_core.capturing.recording.history import History, known_to
from autograd_core.capturing.recording.session import counts
from autograd_core.capturing.replay import MISS, Compiled, EntryGuard, move
from autograd_core.derivatives.kinds import handed_out, taken_in, undecided
from autograd_core.errors import CaptureError
from autograd_core.graph.modes import recording
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.variable import Variable

SETTING_UP = 4  # calls in a row that may set something up, such as the moments of an optimizer; with strict=True the first alone


class Outcome(NamedTuple):
    """What the step returned; a program that does the same, or None; why there is none, if that is known."""

    result: object
    program: object = None
    error: Exception | None = None


class Beside:
    """Calls of a step beside a program. `programs` are those that there are already."""

    def __init__(self, step, strict, passes, threads, native, programs):
        self.step, self.patience = step, 1 if strict else SETTING_UP
        self.passes, self.threads, self.native, self.programs = passes, threads, native, programs
        self.history, self.setting_up, self.missed = History(step), 0, 0

    def run(self, args, kwargs):
        """The Outcome of one call, for which the state is that after the step itself."""
        reached = self.history.reach(args, kwargs)
        given = flatten((args, kwargs))[0]
        if (foreign := array_of_another_library([*reached.tensors.values(), *given])) is not None:
            error = problem(reasons.FOREIGN, kind=with_article(type(foreign)))
            return Outcome(self.step(*args, **kwargs), error=error)
        arrays = [
            getattr(value, "_value", value) for value in given
            if isinstance(value, np.ndarray) or (isinstance(value, Variable) and id(value) not in reached.tensors)
        ]  # fmt: skip
        containers = structure((args, kwargs))
        nodes = [(tensor, tensor._node) for tensor in reached.tensors.values()]
        constants = [(value, labels(value)) for value in given if isinstance(value, Variable) and value._node is None]
        before, seeded, missing = Snapshot(reached, arrays), seeds(), without_gradient(reached)
        result = self.step(*args, **kwargs)
        changed, grown = reached.changed(), reached.grown()
        replaced = reached.replaced() or next((place for place, _ in changed if not simple(current(place))), None)
        cleared = missing - without_gradient(reached)
        if (grown or replaced or cleared) and self.setting_up < (self.patience if grown or replaced else 1):
            self.setting_up += 1
            return Outcome(result)
        self.setting_up, other_seeds = 0, seeded != seeds()
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
            if any(any(map(is_not, labels(tensor), were)) for tensor, were in constants):
                raise problem(reasons.ARGUMENT, name="a Tensor")
            if containers != structure((args, kwargs)) or any(map(is_not, given, flatten((args, kwargs))[0])):
                raise problem(reasons.ARGUMENT, name="a list or dict")
            self.history.refuse_other_objects(args, kwargs)
            before.restore()
            compiled, replayed = self._replayed(args, kwargs)
            replays = [replayed]
            if compiled is None:
                counting = {place.name for place, before in changed if counts(before) and counts(current(place))}
                session, program = self.history.record(self.programs, reached, args, kwargs, result, counting)
                compiled = self._compiled(session, program, reached, args, kwargs)
                replays = replays_of(compiled, args, kwargs, before)
            for replayed in replays:
                if replayed is MISS:  # such as a division by 0, for which Python's numbers raise an error
                    self.missed += 1
                    if self.missed > SETTING_UP:
                        raise problem(reasons.BUSY)
                    return Outcome(result)
                known = known_to(reached, args, kwargs)
                if (unlike := disagreement(result, replayed, *after.beside_now(reached, arrays), known)) is not None:
                    name, got, expected = unlike
                    raise DisagreementError(*problem(reasons.UNLIKE, name=name, got=got, expected=expected).args)
        except Exception as error:
            return Outcome(result, error=error)
        finally:  # also if it is interrupted
            after.restore()
        reached.close()
        return Outcome(result, compiled)

    def _compiled(self, session, program, reached, args, kwargs):
        """What replays a program: machine code if that is asked for and there is some, or else NumPy."""
        if self.native is True:
            compiled, why = native_code().native_program(session, program, self.passes, args, kwargs, self.threads, self.programs)
            if compiled is not None:
                return compiled
        passes = [each for each in self.passes if each not in FOR_NUMPY] if self.native else self.passes
        recorded, program = program, optimized(program, passes)
        move(program, reached)
        if self.native == "auto":
            compiled, why = native_code().native_program(
                session, recorded, self.passes, args, kwargs, self.threads, self.programs, program.arrays
            )
            if compiled is not None:
                return native_code().Trial(compiled, self._by_numpy(session, program, args, kwargs))
        if self.native:
            guard = EntryGuard(session, program, args, kwargs)
            compiled = native_code().PartlyNative(program, guard, recording.get(), self.threads, why=why)
            if self.native is True or not compiled.pieces:
                return compiled
            return native_code().Trial(compiled, self._by_numpy(session, program, args, kwargs))
        return self._by_numpy(session, program, args, kwargs)

    def _by_numpy(self, session, program, args, kwargs):
        guard, shorten = EntryGuard(session, program, args, kwargs), native_code().shorten if self.native else None
        return Compiled(program, guard, recording.get(), self.threads, shorten=shorten)

    def _replayed(self, args, kwargs):
        """(program, result) by one that there is already; (None, None) if none applies to this call."""
        for compiled in self.programs:
            if compiled.mode is recording.get() and (result := compiled.replay(args, kwargs)) is not MISS:
                return compiled, result
        return None, None


def replays_of(compiled, args, kwargs, before):
    """What a new program returns; on trial, what both ways return, each from the state before the step."""
    for i, way in enumerate(getattr(compiled, "both", (compiled,))):
        if i:
            before.restore()
        yield way.replay(args, kwargs)


def labels(tensor):
    """What a Tensor has beside its value: its place in the graph, its gradient and its name."""
    return tensor._node, getattr(tensor, "_grad", None), tensor.name


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


def native_code():
    """The room of native code, with what it needs: only for those who ask for it."""
    from autograd_core.capturing import native

    native.library()
    return native

"""The recordings of one step, and what earlier ones showed: what else it reaches, which numbers and arrays change."""

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.compare import value_in
from autograd_core.capturing.look.containers import flatten, shape_of
from autograd_core.capturing.look.known import NUMBERS
from autograd_core.capturing.look.places import current, same_number
from autograd_core.capturing.look.reach import Reached
from autograd_core.capturing.program.order import hollow
from autograd_core.capturing.reasons import problem
from autograd_core.capturing.recording.recorder import UnseenError
from autograd_core.capturing.recording.session import Session, UncountedError, is_long
from autograd_core.graph.edits import next_number
from autograd_core.graph.variable import Variable

PLAIN = (*NUMBERS, np.ndarray, Variable)  # arguments of which nothing has to be followed
OTHERS = 8  # objects that may be given as one argument, such as models; more are new ones with each call


class History:
    """Records a step.

    lifted    names of numbers that are read at each replay
    unseen    Tensors that were not found beforehand
    moves     {place: how often it held another array than the recorded one}
    objects   {number of an argument: the objects that were given there}
    """

    def __init__(self, step):
        self.step = step
        self.lifted, self.unseen, self.moves, self.objects = set(), [], {}, {}

    def reach(self, args, kwargs):
        named = [*((f"argument {i}", value) for i, value in enumerate(args)), *kwargs.items()]
        values = [(leaf, name) for name, tree in named for leaf in flatten(tree)[0]]
        given = [(leaf, name) for leaf, name in values if not isinstance(leaf, PLAIN)]
        given += [(kind, name) for name, tree in named for kind in classes_in(tree)]
        reached = Reached(self.step, given)
        leaves = [leaf for leaf, _ in values if isinstance(leaf, Variable) and leaf._node is not None]
        for tensor in (*self.unseen, *leaves):
            reached.add(tensor)
        return reached

    def record(self, programs, reached, args, kwargs, expected, changed):
        """(session, program) of this call. Numbers that the step changes, or that were changed in between, are read at each
        replay."""
        self.lifted |= changed
        outside, moved = set(), set()
        for compiled in programs:
            moved |= compiled.guard.moved()
            outside |= {
                place.name for place, value in compiled.guard.numbers
                if type(value) in (int, float) and not same_number(current(place), value)
            }  # fmt: skip
        if reached.remembers:  # of a number that is read by a function with a cache, each value has a program
            outside = set()
        for where in moved:
            self.moves[where] = self.moves.get(where, 0) + 1
        try:
            recorded = self._session(reached, args, kwargs, expected, self.lifted | outside)
        except Exception:
            if not outside:
                raise
            return self._session(reached, args, kwargs, expected, self.lifted)  # another program for each number, then
        self.lifted |= outside
        return recorded

    def _session(self, reached, args, kwargs, expected, names):
        start = next_number()
        while True:
            lift = [place for place, value in reached.numbers if place.name in names and not is_long(value)]
            session = Session(reached, lift)
            try:
                program = session.record(self.step, args, kwargs)
            except UncountedError as uncounted:
                if uncounted.name in names:
                    raise problem(reasons.MADE_OUTSIDE, kind="number", name=uncounted.name) from None
                self.lifted.add(uncounted.name)
                names = names | {uncounted.name}
                continue
            except UnseenError as unseen:
                tensor = unseen.tensor
                if tensor is None or tensor._node.number > start:
                    raise problem(reasons.LEAF) from None
                self.unseen.append(tensor)
                reached.add(tensor)
                continue
            known = known_to(reached, args, kwargs)
            session.close()
            results = [value_in(value) for value in flatten(expected, known, True)[0]]
            if len(results) != len(session.returned):
                raise problem(reasons.UNLIKE, name="the number of results", got=len(session.returned), expected=len(results))
            session.expected = [hollow(value) for value in results]
            arrays = [result for result in results if type(result) is np.ndarray]
            return session, marked(program, reached, {at for at, count in self.moves.items() if count > 1}, arrays)

    def refuse_other_objects(self, args, kwargs):
        """Raise if each call is given another object, which nobody can look into beforehand."""
        for i, value in enumerate(flatten((args, [kwargs[name] for name in sorted(kwargs)]))[0]):
            if isinstance(value, PLAIN):
                continue
            seen = self.objects.setdefault(i, [])
            if any(value is other for other in seen):
                continue
            seen.append(value)
            if len(seen) > OTHERS:
                raise problem(reasons.OTHER_ARGUMENT, kind=type(value).__name__, name=f"number {i}")


def marked(program, reached, moving, results):
    """The program with what is known of its sources: which arrays may be moved to other memory.

    Those may that nothing holds but the Tensor, or the single container, that the step reaches: then nobody can tell. `moving`
    are the places where there is another array each time; `results` are the caller's by now, and would be left behind.
    """
    rebound = {id(effect.target.holder) for effect in program.effects if effect.kind == "rebind"}
    alone, moves = set(), set()
    for source in program.sources:
        array = source.value.sample
        if source.kind not in ("tensor", "array"):
            continue
        if source.location in moving or id(source.holder) in rebound:
            moves.add(source.value)
        elif type(array) is np.ndarray and array.ndim and array.base is None:
            known = id(source.holder if source.kind == "tensor" else array)
            if reached.alone[known] and not any(np.may_share_memory(array, result) for result in results):
                alone.add(source.value)
    return program.replaced(alone=frozenset(alone), moving=frozenset(moves))


def known_to(reached, args, kwargs):
    """Says of an object whether it was there before the step."""
    given = [value for value in flatten((args, kwargs))[0] if not isinstance(value, PLAIN)]
    return lambda value: reached.holds(value) or any(value is other for other in given)


def classes_in(tree):
    """The classes of the user's own among nested containers."""
    shape = shape_of(tree)
    if shape is None:
        return []
    return [shape.kind, *(kind for item in shape.items for kind in classes_in(item))]

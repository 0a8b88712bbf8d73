"""One recording of a step: stand-ins in the place of all that it reaches, the step run once, everything put back.

Real state is never changed here: what the step writes goes into the program as an effect. `Snapshot` is for what is around
it: the eager call before, with which the first replay is compared.
"""

import sys

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.containers import arguments, flatten
from autograd_core.capturing.look.known import NUMBERS, is_constant, with_article
from autograd_core.capturing.look.places import current
from autograd_core.capturing.look.snapshot import Objects
from autograd_core.capturing.program.calls import Source, Value
from autograd_core.capturing.program.program import Effect, Program
from autograd_core.capturing.reasons import problem, refusal
from autograd_core.capturing.recording.left_behind import left_behind
from autograd_core.capturing.recording.recorder import Recorder
from autograd_core.capturing.recording.stand_in import StandIn
from autograd_core.capturing.recording.vocabulary import GeneratorStandIn, spoken
from autograd_core.graph.memory import array_of, in_memory, is_array, mark_as_array, own_class, put
from autograd_core.graph.modes import anomaly, recording
from autograd_core.graph.nodes import Leaf, Released
from autograd_core.graph.variable import Variable
from autograd_core.graph.views import family, has_no_views, tie, ties
from autograd_core.tensor import Tensor


class Turn:
    """Whose turn it is to record: one at a time, since stand-ins are in the places of real arrays meanwhile.

    Taken and given by single operations of a dict, between which no interrupt can come.
    """

    def __init__(self):
        self.holder = {}

    def take(self, key):
        return self.holder.setdefault("", key) is key

    def give(self, key):
        if self.holder.get("") is key:
            self.holder.pop("", None)


TURN = Turn()


class Session:
    """Stand-ins for what a step reaches. `lift` are the numbers that are read at each replay instead of compared."""

    def __init__(self, reached, lift=()):
        self.reached, self.lift = reached, set(lift)
        self.recorder = Recorder()
        self.sources, self.by_array = [], {}
        self.before, self.modes = None, ()  # Objects, and the engine's modes, before the recording
        self.families = []  # Tensors that are views of each other
        self.generators = {}
        self.gradients = []  # (leaf, whether it has no gradient before the step)
        self.doubles = []  # (source of an array, source of the same array that was found before)
        self.alike = []  # (place of a number, source of another one that is equal)
        self.arguments = []  # (source, stand-in, the Tensor that has it or None)
        self.given = {}  # {id of a Tensor that is an argument: the one that stands for it}
        self.objects = []  # arguments that are neither arrays nor numbers
        self.held = []  # (kind, holder, stand-in, source)
        self.lent = set()  # ids of Tensors of shape () whose memory somebody else holds
        self.alone = sys.getrefcount(self.recorder)  # stand-ins refer to it too

    # Stand-ins

    def stand_in_for(self, kind, name, holder, value):
        """The StandIn for an array or number that is there before the step; one for each array, in however many places it is."""
        known = self.by_array.get(id(value)) if type(value) is np.ndarray and kind != "argument" else None
        if known is not None:
            self.doubles.append((Source(kind, name, holder, value), known.value.source))
            return known
        source = Source(kind, name, holder, value)
        self.sources.append(source)
        stand_in = StandIn(self.recorder, value, source.value)
        if kind == "argument":
            self.arguments.append((source, stand_in, None))
        if type(value) is np.ndarray and (kind != "argument" or self.reached.compares):
            self.by_array[id(value)] = stand_in  # what is one array now, as arguments, may be two next time
        return stand_in

    def argument(self, path, value):
        """What the step is given for one of its arguments."""
        if isinstance(value, Variable):
            if id(value) in self.reached.tensors:
                return value
            if id(value) in self.given:  # once more
                return self.given[id(value)]
            if self.reached.compares and id(value._value) in self.by_array:
                raise problem(reasons.SAME, name=f"the argument {path}")
            tensor = self.given[id(value)] = object.__new__(type(value))
            tensor._value, tensor._node = self.stand_in_for("argument", path, path, value._value), None
            if value.name is not None:
                tensor._name = value.name
            if getattr(value, "_grad", None) is not None:
                raise problem(reasons.GIVEN_GRADIENT, name=path)
            self.arguments[-1] = (*self.arguments[-1][:2], tensor)
            return mark_as_array(tensor) if is_array(value) else tensor
        if isinstance(value, (np.ndarray, np.generic)):
            if self.reached.compares and id(value) in self.by_array:
                raise problem(reasons.SAME, name=f"the argument {path}")
            if isinstance(value, np.void) or (isinstance(value, np.ndarray) and type(value) is not np.ndarray):
                raise problem(reasons.SUBCLASS, name=f"the argument {path}", kind=with_article(type(value)))
            return self.stand_in_for("argument", path, path, value)
        if not isinstance(value, NUMBERS):
            self.objects.append(value)
        return value

    def install(self):
        for tensor in self.reached.tensors.values():
            if type(tensor._node) not in (Leaf, type(None)):
                continue
            name = self.reached.names[id(tensor)]
            value, grad = tensor._value, getattr(tensor, "_grad", None)
            if in_memory(tensor):
                self.lent.add(id(tensor))
            tensor._value = self.stand_in_for("tensor", name, tensor, value)
            self.held.append(("tensor", tensor, tensor._value, tensor._value.value, tensor._node))
            if tensor._node is not None:
                self.gradients.append((tensor, grad is None))
            if isinstance(grad, (np.ndarray, np.generic)):
                tensor._grad = self.stand_in_for("grad", f"{name}.grad", tensor, grad)
                self.held.append(("grad", tensor, tensor._grad, tensor._grad.value, None))
            else:
                self.held.append(("grad", tensor, None, None, None))
        for place, value in self.reached.arrays:
            self.put("array", place, self.stand_in_for("array", place.name, place, value))
        counters = {}  # those that count alike, such as the steps of each parameter, are one
        for place, value in self.reached.numbers:
            if place in self.lift and not place.path and place.can_change:
                key = place.name, type(value), repr(value)  # 0.0 is not -0.0
                if key in counters:
                    self.alike.append((place, counters[key].value.source))
                else:
                    counters[key] = self.stand_in_for("number", place.name, place, value)
                self.put("number", place, counters[key])
        for place, generator in self.reached.generators:
            place.set(self.generators.setdefault(id(generator), GeneratorStandIn(self.recorder, generator)))
        for place, value in self.reached.vocabulary:
            if (other := spoken(value)) is not None:
                place.put(other)

    def tied(self):
        """[(Tensor, its value, its node, what ties it to others)] of those that are views of each other."""
        tied = [tensor for tensor in self.reached.tensors.values() if not has_no_views(tensor)]
        relatives = {id(relative): relative for tensor in tied for relative in family(tensor)}
        return [(tensor, array_of(tensor), tensor._node, ties(tensor)) for tensor in relatives.values()]

    def put(self, kind, place, stand_in):
        place.set(stand_in)
        self.held.append((kind, place, stand_in, stand_in.value, None))

    # The recording

    def record(self, step, args, kwargs):
        """The Program of the step, which is run on stand-ins. Afterwards

        returned   is [(whether it is a value of the program, what else is known)] for each value that it returned
        rebuild    is the function that puts values into the containers of the result
        """
        try:
            try:
                self.modes, self.before, self.families = (recording.get(), anomaly.get()), Objects(self.reached), self.tied()
                recording.set(self.recorder if recording.get() is not False else False)
                anomaly.set(self.recorder)
                self.install()
                return self.run(step, args, kwargs)
            finally:
                self.put_back()
        finally:  # again, should that be interrupted before it begins
            self.put_back()

    def run(self, step, args, kwargs):
        values = [self.argument(path, value) for path, value in arguments(args, kwargs)]
        given = flatten((args, [kwargs[name] for name in sorted(kwargs)]))[1](values)
        try:
            result = step(*given[0], **dict(zip(sorted(kwargs), given[1], strict=True)))
        except Exception as error:
            if self.recorder.refused:  # what came of it says less
                raise self.recorder.refused[0] from None
            error._of_the_step = True
            raise
        self.recorder.look_at_errors()
        self.recorder.look_at_constants()
        effects = self.effects()
        self.unchanged()
        values, self.rebuild = flatten(result, self.is_known, result=True)
        returned = [self.result(value) for value in values]
        for stand_in, _ in returned:
            if stand_in is not None and self.recorder.writing:
                self.recorder.saw(stand_in.value)
        values = tuple([stand_in.value for stand_in, _ in returned if stand_in is not None])
        self.returned = [(stand_in is not None, known) for stand_in, known in returned]
        return Program(tuple(self.sources), tuple(self.recorder.calls), tuple(self.recorder.guards), tuple(effects), values)

    def put_back(self):
        """Put everything back as it was, even if that is interrupted."""
        if self.before is None or self.recorder.closed:
            return
        try:
            recording.set(self.modes[0])
            anomaly.set(self.modes[1])
            for tensor, value, node, before in self.families:
                put(tensor, value)
                tensor._node = node
                tie(tensor, before)
            self.before.restore()
        except KeyboardInterrupt:
            self.put_back()
            raise
        self.recorder.closed = True

    def close(self):
        """Let go of every array of the step, and raise if a stand-in is left somewhere."""
        self.before, self.held, self.arguments, self.generators, self.families = None, [], [], {}, []
        self.by_array = self.objects = self.given = None
        self.recorder.failed, self.recorder.refused, self.recorder.context = [], [], None
        self.recorder.calls = self.recorder.guards = self.recorder.roots = ()
        if sys.getrefcount(self.recorder) > self.alone and (where := left_behind(self.recorder, (self.reached.seen,))):
            raise problem(reasons.LEFT, where=where)

    # What it returned

    def is_known(self, value):
        """Whether an object was there before the step, so that a replay can return the very same."""
        return self.reached.holds(value) or any(value is other for other in self.objects or ())

    def result(self, value):
        """(StandIn or None, what to make of it) for one returned value."""
        if isinstance(value, Variable):
            node = value._node
            if type(node) is Leaf and id(value) in self.reached.tensors:
                return None, value
            if node is not None and type(node) is not Released:
                raise refusal(reasons.GRAPH, getattr(node, "line", None))
            if id(value) in self.reached.tensors:
                return None, value
            if not isinstance(value._value, StandIn):
                return None, value
            kind = own_class(value)
            if kind is not Tensor and hasattr(value, "__dict__"):  # a subclass with attributes of its own
                raise problem(reasons.OBJECT, kind=with_article(kind))
            return value._value, (kind, node)
        if isinstance(value, StandIn):
            return value, None
        kind = type(value)
        simple = isinstance(value, (*NUMBERS, type)) and kind is not np.void
        if simple or kind is np.ndarray or is_constant(kind) or callable_by_name(value) or self.is_known(value):
            return None, value
        raise problem(reasons.OBJECT, kind=with_article(kind))

    # What it left

    def effects(self):
        effects, written = [], set()
        for source, stand_in, tensor in self.arguments:
            if stand_in.value is not source.value or (tensor is not None and tensor._value is not stand_in):
                raise problem(reasons.ARGUMENT, name=source.name)
        for kind, holder, stand_in, before, node in self.held:
            if kind == "grad":
                now = getattr(holder, "_grad", None)
                if isinstance(now, Variable):
                    raise problem(reasons.CREATED)
                value = None if now is None else now.value if isinstance(now, StandIn) else Value(now)
                if now is not stand_in or (now is not None and value is not before):
                    effects.append(Effect("grad", Source("grad", "", holder, None), value))
                continue
            if kind == "tensor" and holder._node is not node:
                raise problem(reasons.RECORDED_EDIT, name=self.reached.names[id(holder)])
            now, target = holder._value if kind == "tensor" else current(holder), before.source
            if now is stand_in:
                if now.value is not before and target not in written:
                    written.add(target)
                    self._alone(target)
                    effects.append(Effect("write" if type(before.sample) is np.ndarray else "rebind", target, now.value))
            elif isinstance(now, StandIn):
                if id(holder) in self.lent:
                    raise problem(reasons.LENT, name=self.reached.names[id(holder)])
                if kind == "tensor" and any(holder is tensor for tensor, *_ in self.families):
                    raise problem(reasons.VIEWED, name=self.reached.names[id(holder)])
                if self.reached.compares and now.value in [source.value for source, *_ in self.arguments]:
                    raise problem(reasons.SAME, name=f"{target.name}, an argument,")
                effects.append(Effect("rebind", Source(kind, target.name, holder, before.sample), now.value))
            elif kind == "number" and isinstance(now, NUMBERS):  # as it follows from what the guards say
                effects.append(Effect("rebind", Source(kind, target.name, holder, before.sample), Value(now)))
            else:
                raise problem(reasons.MADE_OUTSIDE, kind=type(now).__name__, name=target.name)
        return effects + self.other_numbers()

    def other_numbers(self):
        """Effects on numbers, words and the like that a replay compares with what they were: those that the step sets."""
        effects, placed = [], {id(place) for kind, place, *_ in self.held if kind == "number"}
        for place, value in self.reached.changed():
            now = current(place)
            if id(place) in placed or place.path:
                continue
            if isinstance(now, StandIn) and counts(value):
                raise UncountedError(place.name)
            if not place.can_change or not isinstance(now, (StandIn, *NUMBERS)):
                raise problem(reasons.MADE_OUTSIDE, kind=type(now).__name__, name=place.name)
            value_now = now.value if isinstance(now, StandIn) else Value(now)
            effects.append(Effect("rebind", Source("number", place.name, place, value), value_now))
        return effects

    def unchanged(self):
        """Raise if the step changed something that is not known to change."""
        if (name := self.reached.grown()) is not None:
            raise problem(reasons.GROWN, name=name)
        others = {(id(place.container), place.key) for place, _ in self.reached.vocabulary}
        others |= {(id(p.container), p.key) for kind, p, *_ in self.held if kind in ("array", "number")}
        others |= {(id(place.container), place.key) for place, _ in self.reached.generators}
        if (place := self.reached.replaced(others)) is not None:
            raise problem(reasons.REPLACED, kind=type(current(place)).__name__, name=place.name)

    def _alone(self, target):
        """Raise if what is written is seen under another name too."""
        array = target.value.sample
        for source in self.sources:
            other = source.value.sample
            if source is not target and type(other) is type(array) is np.ndarray and np.may_share_memory(array, other):
                raise problem(reasons.SHARED, name=target.name, other=source.name)


class UncountedError(Exception):
    """A number changes that was not read at each replay; the recording starts again, and reads it."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


def counts(value):
    """Whether a number that changes can be read at each replay."""
    return (type(value) in (int, float, complex) and not is_long(value)) or (
        isinstance(value, np.generic) and value.dtype.kind in "iufc"
    )


def is_long(value):
    """Whether this is an integer of which NumPy makes an object, with other types in all that follows."""
    return type(value) is int and not -(2**63) <= value < 2**63


def callable_by_name(value):
    return callable(value) and hasattr(value, "__module__") and getattr(value, "__qualname__", "<locals>").find("<locals>") < 0

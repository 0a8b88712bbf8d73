"""One recording of a step: stand-ins in the place of all that it reaches, the step run once, everything put back.

Real state is never changed here: what the step writes goes into the program as an effect. `Snapshot` is for what is around
it: the eager call before, with which the first replay is compared.
"""

import builtins
import math
from functools import partial
from threading import Lock, get_ident

import numpy as np

from autograd_core.capturing.look.places import current
from autograd_core.capturing.program.program import Effect, Program, Source, Value
from autograd_core.capturing.recording.generators import TracedGenerator
from autograd_core.capturing.recording.recorder import Recording
from autograd_core.capturing.recording.traced import Traced, holds_traced, refusal
from autograd_core.errors import CaptureError
from autograd_core.graph import Leaf, Released
from autograd_core.modes import anomaly, recording
from autograd_core.trees import flatten
from autograd_core.variable import Variable


class Session:
    """Stand-ins for what a step reaches. `lift` are the numbers that are read at each replay instead of compared."""

    def __init__(self, reached, lift=()):
        self.reached, self.lift = reached, set(lift)
        self.on = Recording()
        self.sources, self.undo, self.by_array = [], [], {}
        self.generators = {}
        self.gradients = []  # (leaf, whether it has no gradient before the step)
        self.doubles = []  # (source of an array, source of the same array that was found before)
        self.alike = []  # (place of a number, source of another one that is equal)
        self.arguments = []  # (source, stand-in)
        self.held = []  # (kind, holder, stand-in, source)

    def stand_in(self, kind, name, holder, value):
        """The Traced for an array or number that is there before the step; one for each array, wherever it is found."""
        known = self.by_array.get(id(value)) if type(value) is np.ndarray and kind != "argument" else None
        if known is not None:
            self.doubles.append((Source(kind, name, holder, value), known.value.source))
            return known
        source = Source(kind, name, holder, value)
        self.sources.append(source)
        traced = Traced(self.on, value, source.value)
        if kind == "argument":
            self.arguments.append((source, traced))
        elif type(value) is np.ndarray:  # what is one array now, as arguments, may be two next time
            self.by_array[id(value)] = traced
        return traced

    def argument(self, path, value):
        """What the step is given for one of its arguments."""
        if isinstance(value, Variable):
            if value._node is not None:
                return value  # a leaf, found among what the step reaches
            tensor = object.__new__(type(value))
            tensor._value, tensor._node = self.stand_in("argument", path, path, value._value), None
            return tensor
        if isinstance(value, (np.ndarray, np.generic)):
            return self.stand_in("argument", path, path, value)
        return value

    def install(self):
        for tensor in self.reached.tensors.values():
            if type(tensor._node) not in (Leaf, type(None)):
                continue
            name = self.reached.names[id(tensor)]
            value, grad = tensor._value, getattr(tensor, "_grad", None)
            self.undo.append(lambda t=tensor, v=value, n=tensor._node: restore(t, v, n))
            tensor._value = self.stand_in("tensor", name, tensor, value)
            self.held.append(("tensor", tensor, tensor._value, tensor._value.value, tensor._node))
            self.undo.append(lambda t=tensor, g=grad: setattr(t, "_grad", g))
            if tensor._node is not None:
                self.gradients.append((tensor, grad is None))
            if isinstance(grad, (np.ndarray, np.generic)):
                tensor._grad = self.stand_in("grad", f"{name}.grad", tensor, grad)
                self.held.append(("grad", tensor, tensor._grad, tensor._grad.value, None))
            else:
                self.held.append(("grad", tensor, None, None, None))
        for place, value in self.reached.arrays:
            self.undo.append(partial(place.put, place.whole()))
            self.place("array", place, self.stand_in("array", place.name, place, value))
        counters = {}  # those that count alike, such as the steps of each parameter, are one
        for place, value in self.reached.numbers:
            if place in self.lift and not place.path:
                self.undo.append(lambda p=place, v=value: p.set(v))
                key = place.name, type(value), value
                if key in counters:
                    self.alike.append((place, counters[key].value.source))
                else:
                    counters[key] = self.stand_in("number", place.name, place, value)
                self.place("number", place, counters[key])
        for place, generator in self.reached.generators:
            self.undo.append(partial(place.put, place.whole()))
            place.set(self.generators.setdefault(id(generator), TracedGenerator(self.on, generator)))
        for container, _, _ in self.reached.sizes:
            before = container.copy()
            self.undo.insert(0, lambda c=container, b=before: refill(c, b))

    def place(self, kind, place, traced):
        place.set(traced)
        self.held.append((kind, place, traced, traced.value, None))

    def record(self, step, args, kwargs):
        """Run the step on stand-ins; (Program, for what it returned [(whether that is a value of it, what else is known)])."""
        if not ONE_AT_A_TIME.acquire(blocking=False):
            raise BusyError
        mode = recording.get()
        tokens = recording.set(self.on if mode is not False else mode), anomaly.set(self.on)
        originals = {(owner, name): getattr(owner, name) for owner, name in SUBSTITUTES}
        for (owner, name), substitute in SUBSTITUTES.items():
            setattr(owner, name, substitute(originals[owner, name]))
        try:
            self.install()
            result = step(*args, **kwargs)
            self.on.look_at_constants()
            effects = self.effects()
            values, rebuild = flatten(result)
            returned = [self.result(value) for value in values]
            for traced, _ in returned:
                if traced is not None and self.on.writing:
                    self.on.saw(traced.value)
            values = tuple([t.value for t, _ in returned if t is not None])
            program = Program(tuple(self.sources), tuple(self.on.calls), tuple(self.on.guards), tuple(effects), values)
        finally:
            for (owner, name), original in originals.items():
                setattr(owner, name, original)
            ONE_AT_A_TIME.release()
            anomaly.reset(tokens[1])
            recording.reset(tokens[0])
            for put_back in reversed(self.undo):
                put_back()
        self.undo = self.held = self.arguments = self.by_array = self.on.calls = self.on.guards = (
            self.on.origins
        ) = ()  # they hold every array of the step
        return program, [(traced is not None, known) for traced, known in returned], rebuild

    def result(self, value):
        """(Traced or None, what to make of it) for one returned value."""
        if isinstance(value, Variable):
            node = value._node
            if type(node) is Leaf and id(value) in self.reached.tensors:
                return None, value
            if node is not None and type(node) is not Released:
                raise refusal(
                    "the step returns a Tensor that is part of a graph, of which a replay makes none",
                    "return t.detach(), call backward() inside the step, or run it under no_grad()",
                    getattr(node, "line", None),
                )
            if id(value) in self.reached.tensors:
                return None, value
            if not isinstance(value._value, Traced):
                return None, value
            return value._value, (type(value), node)
        if isinstance(value, Traced):
            return value, None
        return None, value

    def effects(self):
        found, written = [], set()
        for source, stand_in in self.arguments:
            if stand_in.value is not source.value:
                raise CaptureError(
                    f"capture: the step changes an argument, {source.name}, in place, which a replay does not; return the new "
                    "value, or let the step close over the array"
                )
        for kind, holder, stand_in, before, node in self.held:
            if kind == "tensor":
                now, was = holder._value, stand_in
                if holder._node is not node:
                    raise CaptureError(
                        f"capture: the step changes {self.reached.names[id(holder)]} by a recorded operation (t += …)"
                    )
                target = before.source
            elif kind == "grad":
                now, was = getattr(holder, "_grad", None), stand_in
                if isinstance(now, Variable):
                    raise CaptureError(
                        "capture: the step leaves a Tensor in .grad (create_graph=True), which a replay does not make"
                    )
                value = None if now is None else now.value if isinstance(now, Traced) else Value(now)
                if now is not was or (was is not None and value is not before):
                    found.append(Effect("grad", Source("grad", "", holder, None), value))
                continue
            else:
                now, was, target = current(holder), stand_in, before.source
            if now is was:
                if now.value is not before and target not in written:
                    written.add(target)
                    self._alone(target)
                    found.append(Effect("write" if type(before.sample) is np.ndarray else "rebind", target, now.value))
            elif isinstance(now, Traced):
                found.append(Effect("rebind", Source(kind, target.name, holder, before.sample), now.value))
            else:
                raise CaptureError(
                    f"capture: the step puts another {type(now).__name__} into {target.name}, made outside of what is recorded"
                )
        return found

    def _alone(self, target):
        """Raise if what is written is seen under another name too."""
        for source in self.sources:
            array, other = target.value.sample, source.value.sample
            if (
                source is not target
                and type(other) is np.ndarray
                and type(array) is np.ndarray
                and np.may_share_memory(array, other)
            ):
                raise CaptureError(
                    f"capture: the step writes into {target.name}, whose memory {source.name} is in too; make one of them a copy"
                )


class BusyError(Exception):
    """Another thread is recording: the step runs as it is, and is recorded another time."""


def restore(tensor, value, node):
    tensor._value, tensor._node = value, node


def refill(container, before):
    if len(container) != len(before):
        container.clear()
        (container.update if isinstance(container, dict) else container.extend)(before)


def _printing(original):
    """`print` while a step is recorded."""
    thread = get_ident()

    def refuse(*args, **kwargs):
        if get_ident() != thread:
            return original(*args, **kwargs)
        raise refusal("print() would happen once, while recording", "return the values, and print what the captured step returns")

    return refuse


def stacked(items):
    """Nested lists of values of the step as one."""
    return np.stack([stacked(one) for one in items]) if type(items) in (list, tuple) else items


def _converting(copies):
    """NumPy's functions that convert to an array have no protocol for others: a value of the step stays one."""

    def substitute(original):
        thread = get_ident()

        def convert(a, *args, **kwargs):
            if get_ident() != thread or not (isinstance(a, Traced) or (type(a) in (list, tuple) and holds_traced(a))):
                return original(a, *args, **kwargs)
            if len(args) > 1 or not kwargs.keys() <= {"dtype", "copy", "order"}:
                raise refusal(f"{original.__name__} of a value of the step with more than a dtype", "use np.reshape")
            return converted(stacked(a), *args, **kwargs)

        def converted(a, dtype=None, copy=True, order=None):
            if not isinstance(a.now, np.ndarray):  # a number becomes an array without axes, which can be changed in place
                a = Traced(a.on, np.asarray(a.now), a.value)
            copied = a.copy() if copies and copy else a
            return copied if dtype is None else copied.astype(dtype, copy=False)

        return convert

    return substitute


def _of_numbers(original):
    """A function of `math` on a number of the step, such as one that counts: a call of the program, like any other."""
    thread = get_ident()

    def call(*args):
        found = next((arg for arg in args if isinstance(arg, Traced)), None) if get_ident() == thread else None
        return original(*args) if found is None or found.shape else found.on.add(original, args, {})

    return call


MATH = (
    "acos", "asin", "atan", "atan2", "cos", "cosh", "erf", "exp", "expm1", "fabs", "hypot", "isfinite", "isinf", "isnan", "log",
    "log10", "log1p", "log2", "pow", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
ONE_AT_A_TIME = Lock()  # the functions below are there for all threads; only the recording one sees a difference
SUBSTITUTES = {
    (builtins, "print"): _printing,
    **{(math, name): _of_numbers for name in MATH},
    **{(np, name): _converting(name == "array") for name in ("asarray", "array", "asanyarray", "ascontiguousarray")},
}

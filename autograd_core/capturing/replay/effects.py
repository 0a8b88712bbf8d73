"""The end of a replay: what the step leaves behind, and what it returns; and the tests of what the program takes for granted."""

import numpy as np

from autograd_core.graph.edits import edits
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable
from autograd_core.tensor import Tensor


def write_tests(w, value, guards):
    """The tests of a value."""
    w.errors = ()
    for guard in guards:
        w.line(f"if {failure(w, value, w.text(value), guard)}: return {w.miss}")


def failure(w, value, name, guard):
    """The expression that is true if a value is not what a guard says."""
    kind, expected = guard.kind, guard.expected
    if kind == "dtype":
        return f"{name}.dtype is not {w.once('d', expected)}"
    if kind == "shape":
        return f"{name}.shape != {expected}"
    if kind == "within":
        return f"not {inside(w, value, name, expected)}"
    if kind == "nonzero":
        return f"not {w.function(np.all)}({name})" if value.shape else f"{name} == 0"
    if kind == "finite" and not value.shape:
        return f"not isfinite({name})" if np.iscomplexobj(value.sample) else f"not -inf < {name} < inf"
    if kind == "finite":  # of large numbers the sum of squares may be infinite all the same
        short = f"not vdot({name}, {name}) < inf and " if value.size < 10_000 else ""
        return f"{short}not isfinite({name}).all()"
    return f"not {name}" if expected else name


def inside(w, value, name, bound):
    """The expression that is true if a value is in ±bound. The sum of squares takes a quarter of the time, so it is asked first
    if it says enough in one case of three: of so few numbers that each may be 1."""
    if not value.shape:
        return f"-{bound!r} <= {name} <= {bound!r}"
    greatest, least = w.function(np.maximum.reduce), w.function(np.minimum.reduce)
    near = f"({greatest}({name}, None) <= {bound!r} and {least}({name}, None) >= -{bound!r})"
    return f"(vdot({name}, {name}) <= {bound**2!r} or {near})" if value.size < min(bound**2, 10_000) else near


class Effects:
    """Writes what a step leaves behind and what it returns.

    gradients, holders   arrays that become the `.grad` of Tensors as they are, and the names of these Tensors
    packs                arrays of which some gradients are parts
    """

    def __init__(self, w):
        self.w, self.program, self.plan = w, w.program, w.plan
        self.gradients, self.packs, self.holders = [], [], []
        self.scalars = {}  # {value: the name of the number that it is for the caller}
        self.given = set()  # values that somebody has as they are; whoever else is to have one gets a copy, which passes dropped

    def write(self):
        """The lines that write what the step leaves behind."""
        w, effects = self.w, self.program.effects
        w.errors = ()
        w.writes()
        for effect in effects:
            if effect.kind == "write" and effect.value not in self.plan.written:
                w.line(f"{w.function(np.copyto)}({w.text(effect.target.value)}, {w.text(effect.value)})")
        stamped = []
        for effect in effects:
            if effect.kind == "grad":
                tensor = w.once("t", effect.target.holder)
                gradient = None if effect.value is None else self.gradient(effect.value, effect.target.holder.dtype, tensor)
                w.line(f"{tensor}._grad = {gradient}")
                continue
            if effect.kind == "rebind":
                w.line(f"{w.access(effect.target)} = {self.own(effect.value)}")
            stamped += [part.holder for part in effect.target.parts() if part.kind == "tensor" and part.holder._node is not None]
        if stamped:
            w.line("n = edits.number()")
        for tensor in stamped:
            w.line(f"{w.once('l', tensor._node)}.edited = n")
            known = edits.arrays.get(id(tensor._value))
            if known is not None:
                w.line(f"{w.once('e', known)}[0] = n")

    def gradient(self, value, dtype, tensor):
        """What becomes the `.grad` of a Tensor: an array of its own."""
        w, plan = self.w, self.plan
        if not value.shape:
            return f"{w.function(np.array)}({w.text(value)}, {w.once('d', dtype)})"
        stays = self.program.root(value) in plan.lasting and value in plan.arrays and not plan.adds_up
        if not stays or any(np.may_share_memory(plan.arrays[value], array) for array in self.gradients):
            return self.own(value)
        array = plan.arrays[value]
        self.gradients.append(array)
        self.holders.append(tensor)
        if array.base is not None and not any(array.base is pack for pack in self.packs):
            self.packs.append(array.base)
        return w.text(value)

    def own(self, value):
        """The value as something that no later replay changes."""
        if value.source is None and value not in self.program.origins and type(value.sample) is not np.ndarray:
            return self.w.name("k", value.sample)  # a number that does not change
        if not value.shape:
            return self.scalar(value)
        call = self.program.origins.get(value)
        own = call is not None and value not in self.plan.arrays and not call.is_view and value not in self.given
        self.given.add(value)
        return self.w.text(value) if own else f"{self.w.function(np.copy)}({self.w.text(value)})"

    def scalar(self, value):
        """A number of the type that it had while recording."""
        w, kind = self.w, type(value.sample)
        if kind is np.ndarray:
            return f"{w.function(np.array)}({w.text(value)}, {w.once('d', value.dtype)})"
        if value not in self.scalars:
            self.scalars[value] = f"u{len(w.lines)}"
            w.kinds[self.scalars[value]] = kind
            w.line(f"{self.scalars[value]} = {w.function(kind)}({w.text(value)})")
        return self.scalars[value]

    def held(self):
        """The test whether somebody else holds a gradient: more references than there were, and the Tensor's own."""
        name = lambda array: self.w.once("m", array)
        tests = [
            f"refs({name(array)}) > LIMITS[{i}] + ({tensor}._grad is {name(array)})"
            for i, (array, tensor) in enumerate(zip(self.gradients, self.holders, strict=True))
        ]
        tests += [f"refs({name(pack)}) > LIMITS[{len(self.gradients) + i}]" for i, pack in enumerate(self.packs)]
        return [f"if {' or '.join(tests)}: return HELD"] if tests else []


def unchanging(w, value, tensors):
    """The expression of a result that does not depend on anything: an array of the caller's own, too."""
    name = w.name("r", value)
    if type(value) is np.ndarray:
        return f"{w.function(np.copy)}({name})"
    if isinstance(value, Variable) and id(value) not in tensors:
        return f"{w.function(wrap)}({name}._value.copy(), {name}._node)"
    return name


def write_results(w, session, expressions):
    """The expression of what a replay returns, in the types and containers of what the step returned."""
    texts, values, rebuild = [], iter(expressions), session.rebuild
    for (of_program, kind), like in zip(session.returned, session.expected, strict=True):
        if not of_program:
            number = isinstance(like, np.generic) and type(kind) is np.ndarray and not kind.shape
            texts.append(unchanging(w, kind[()] if number else kind, session.reached.tensors))
            continue
        text, like_value = next(values), getattr(like, "_value", like)
        if kind is None and type(like) is np.ndarray and not like.shape:
            text = f"{w.function(np.asarray)}({text})"
        if isinstance(like_value, np.generic) and w.kinds.get(text) is not type(like_value):
            text = f"{w.function(type(like_value))}({text})"
        if kind is not None:
            text = f"{w.function(wrap)}({text}, {'None' if kind[1] is None else w.once('n', kind[1])})"
            if kind[0] is not Tensor:
                text = f"{w.function(_of_class)}({text}, {w.once('k', kind[0])})"
        texts.append(text)
    if len(texts) == 1 and rebuild([0]) == 0:
        return texts[0]
    simple = rebuild(texts)
    if type(simple) is tuple and len(simple) == len(texts) and all(a is b for a, b in zip(simple, texts, strict=True)):
        return f"({', '.join(texts)},)" if texts else "()"
    return f"{w.name('f', rebuild)}([{', '.join(texts)}])"


def _of_class(tensor, kind):
    tensor.__class__ = kind
    return tensor

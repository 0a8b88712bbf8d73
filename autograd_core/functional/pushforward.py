"""The linear map tangent -> d f · tangent of one run of a function."""

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.entry import PLAIN
from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.strong import finite
from autograd_core.errors import ShapeError
from autograd_core.functional.trace import Between, as_given, of_kind
from autograd_core.graph.gradients import seed_for
from autograd_core.graph.modes import anomaly, recording
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.pushing import Forward, push
from autograd_core.graph.results import wrap
from autograd_core.graph.shapes import AsksForNumbers
from autograd_core.graph.variable import Variable

WHAT = "jvp: a tangent must have the {} of its primal"


def start(inputs, values):
    """The mode in which tangents, given as `values`, go forward while a function of these Tensors is recorded; or None."""
    if len(values) != len(inputs):
        raise ShapeError(f"jvp: expected {len(inputs)} tangents, one for each primal, got {len(values)}")
    if recording.get() is not True:
        return None
    tangents, i = {}, -1
    for x in inputs:  # counted by hand, as in the backward pass
        i += 1
        node, value = x._node, values[i]
        if type(node) is not Leaf or type(x._value) not in PLAIN:
            return None
        if type(value) not in PLAIN and isinstance(value, Variable) and value._node is not None:
            return None
        tangents[node] = t = seed_for(x, value, False, WHAT)
        if type(t) not in PLAIN:
            return None
    return Forward(tangents)


def pushed(trace, values):
    """The tangents of the outputs of a trace that was given `start`, for those of its inputs."""
    forward = trace.forward
    if forward is None:
        return Pushforward(trace)(values)
    tangents = of_outputs(trace, forward.tangents, values)
    if tangents is None:
        trace.look()
        tangents = TwoPasses(trace)(values)
    return tangents


class Pushforward:
    """The tangents of the outputs of a trace, as the caller gets them, for those of its inputs.

    They go forward in one pass, by the transposes of the rules (see `graph.pushing`). Two passes backward do it if the result
    is itself part of a graph, and if one pass does not tell the numbers.
    """

    def __init__(self, trace):
        self.trace, self._two_passes = trace, None
        of_other_kind = not PLAIN.issuperset([type(x._value) for x in (*trace.inputs, *trace.outputs)])
        self._forward = not (trace.depends or of_other_kind or anomaly.get() is not None)

    def __call__(self, values):
        trace = self.trace
        if self._forward and self._two_passes is None and not trace.is_recorded(values):
            seeds = [seed_for(x, value, False, WHAT) for x, value in zip(trace.inputs, values, strict=True)]
            tangents = in_one_pass(trace, seeds) if PLAIN.issuperset(map(type, seeds)) else None
            if tangents is not None:
                return tangents
        if self._two_passes is None:
            self._two_passes = TwoPasses(trace)
        return self._two_passes(values)


def in_one_pass(trace, seeds):
    """The tangents of the outputs, or None if one pass does not tell."""
    tangents = dict(zip(trace.targets, seeds, strict=True))
    try:
        with np.errstate(all="ignore"):
            push(trace.order, tangents, {output._node for output in trace.outputs})
    except AsksForNumbers:
        return None
    return of_outputs(trace, tangents, seeds)


def of_outputs(trace, tangents, seeds=()):
    """The tangents of the outputs as arrays of their own, or None if one is not finite."""
    made, given = [], {*map(id, map(tangents.get, trace.targets)), *map(id, seeds)}
    for output in trace.outputs:
        t = tangents.get(output._node)
        if t is None:
            if type(output._value) not in PLAIN:
                return None
            t = np.zeros_like(output._value)[()]
        elif not (finite(t) or np.all(np.isfinite(t))):
            return None
        elif type(t) is ndarray and (id(t) in given or t.base is not None or not t.flags.c_contiguous):
            t = t.copy()  # it is also another tangent, or a view of one
        given.add(id(t))
        made.append(t)
    return made


class TwoPasses:
    """The same by two backward passes.

    The pullback is linear in its cotangent v, so its own pullback is the transpose of the transpose: the map wanted. It is
    recorded once and then run backward for each tangent. For v any numbers do, as long as no sum of them is 0 by chance:
    a rule may take a gradient of exactly 0 for one that nothing depends on.
    """

    def __init__(self, trace):
        self.trace, self.seeds = trace, []
        for output in trace.outputs:
            numbers = 0.5 + 0.6180339887498949 * np.arange(1, output.size + 1) % 1
            numbers = numbers.reshape(output.shape).astype(output.dtype)
            seed = wrap(of_kind(output._value, numbers) if undecided(output._value) else numbers[()])
            seed._node = Leaf(seed, seed._value)
            self.seeds.append(seed)
        gradients = trace.gradients(self.seeds, record=True)
        pulled = [g if isinstance(g, Variable) else wrap(g) for g in gradients]  # a rule may have made a constant
        targets = [seed._node for seed in self.seeds]
        self.between = Between(pulled, targets, own=trace.own.union(targets))
        self.between.likes = {seed._node: seed._value for seed in self.seeds if undecided(seed._value)}

    def __call__(self, values):
        record = self.between.is_recorded(values)
        seeds = [seed_for(x, value, record, WHAT) for x, value in zip(self.trace.inputs, values, strict=True)]
        return as_given(self.between.gradients(seeds, record))

"""checkpoint: recompute a part of the forward pass in the backward pass instead of keeping its saved values."""

import functools
from _thread import get_ident
from contextlib import nullcontext
from contextvars import ContextVar

import numpy as np

from autograd_core.derivatives.entry import Entry
from autograd_core.derivatives.kinds import stands_in
from autograd_core.derivatives.stamps import bits
from autograd_core.errors import GraphError, UnsupportedError
from autograd_core.errors.arguments import name_of_function
from autograd_core.functional.closures import closed_over
from autograd_core.functional.trace import Between, variable_of
from autograd_core.graph.gradients import seed_for
from autograd_core.graph.modes import recorded_alone, recording
from autograd_core.graph.nodes import Leaf, next_number, split
from autograd_core.graph.results import outputs_of, recorded
from autograd_core.graph.trees import flatten
from autograd_core.graph.variable import Variable, plain

_recomputing = ContextVar("recomputing", default=False)


def is_recomputing():
    """Whether a function is being run again by `checkpoint`, in the backward pass.

    What it keeps from call to call, such as the running statistics of a layer, must then stay as the first run left it.

    >>> import autograd_core as ag
    >>> seen = []
    >>> ag.grad(ag.checkpoint(lambda x: seen.append(ag.is_recomputing()) or x * x))(3.0)
    np.float64(6.0)
    >>> seen
    [False, True]
    """
    return _recomputing.get()


def checkpoint(f):
    """f, with the same results and gradients, but keeping only its arguments: the backward pass runs f again.

    Memory for time: a chain of n equal layers in √n checkpointed groups keeps 2√n layers' values instead of n. Tensors
    that f closes over (the parameters of a module) get their gradients too.

    f must do the same when it is run again. Random numbers are drawn again as they were the first time, from the generators
    that f can reach: those in its arguments, its closure, its globals and the objects there, `np.random` and `random`. If the
    results are not the same to the last bit (f counts its calls, or draws from a generator that it makes anew), the backward
    pass raises GraphError. What f changes, it changes twice, unless it asks `is_recomputing()`, as the layers of `nn` do.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> grad(checkpoint(lambda x: np.sum(np.exp(np.sin(x)))))(np.zeros(2))
    array([1., 1.])
    """
    if not callable(f):
        raise TypeError(f"checkpoint needs a function and returns one: write checkpoint(f)(x), got {type(f).__name__}")

    @functools.wraps(f, updated=())
    def checkpointed(*args, **kwargs):
        mode = recording.get()
        if mode is False:
            return f(*args, **kwargs)
        values, rebuild = flatten((args, kwargs))
        given = [i for i, value in enumerate(values) if isinstance(value, Variable) and value._node is not None]

        def of_operands(operands):
            full = list(values)
            for i, operand in zip(given, operands, strict=True):
                full[i] = operand
            args, kwargs = rebuild(full)
            return f(*args, **kwargs)

        from autograd_core.functional.randomness import (
            Draws,  # not before: loading NumPy's generators takes as long as this package
        )

        operands = [values[i] for i in given]
        draws, start = Draws(f, values), next_number()
        run = _Run(of_operands, operands, name_of_function(f))  # for its values, and to see what f closes over; then dropped
        if not run.outputs:
            return run.result
        among = closed_over(run.outputs, run.targets, start)
        parents = (*[operand._node for operand in operands], *among)
        again = _Again(of_operands, name_of_function(f), run, among, draws.again())
        pattern = _CHECKPOINT.pattern(tuple([("operands", i) for i in range(len(parents))]))
        saved = pattern.pick((tuple(plain(operands)), again), None)
        outs = tuple([output._value for output in run.outputs])
        leaves = [node.owner() if type(node) is Leaf else None for node in among]
        shown = ((*plain(operands), *[getattr(leaf, "_value", None) for leaf in leaves]), again)
        if len(outs) == 1:
            results = [recorded(pattern, *split(parents), saved, outs[0], mode, shown)]
        else:
            results = outputs_of(recorded(pattern, *split(parents), saved, outs, mode, shown)._node, outs, mode)
        for i, result in zip(run.places, results, strict=True):
            run.values[i] = result
        return run.rebuild(run.values)

    return checkpointed


class _Run:
    """One run of the function on Tensors made for it.

    values    all that it returned, containers gone into
    places    where among them its outputs are: Tensors that are part of the graph
    """

    def __init__(self, f, operands, name):
        with recorded_alone():
            inputs = [variable_of(operand, operands, i) for i, operand in enumerate(operands)]
            self.targets = [x._node for x in inputs]
            self.result = f(inputs)
        if any(x._node is not target for x, target in zip(inputs, self.targets, strict=True)):
            raise GraphError(
                f"checkpoint: {name} changes an argument in place, which nobody outside would see; write x = x.copy() first"
            )
        self.values, self.rebuild = flatten(self.result)
        self.places = [i for i, value in enumerate(self.values) if isinstance(value, Variable) and value._node is not None]
        self.outputs = [self.values[i] for i in self.places]


class _Again:
    """Runs a function again for its gradients, once for all operands of the node that asks."""

    def __init__(self, f, name, run, closed_over, drawing):
        self.f, self.name, self.closed_over, self.drawing = f, name, closed_over, drawing
        self.count, self.places, self.bits = len(run.targets), run.places, [_bits(output) for output in run.outputs]
        self.pending = {}  # thread -> (the incoming gradient, the operands, {number of an operand: its gradient})
        if drawing is not None and any(stands_in(output._value) for output in run.outputs):
            raise UnsupportedError(
                f"checkpoint: {name} draws random numbers, which a captured step cannot draw a second time; "
                "draw them outside of it and give them as an argument"
            )

    def gradient(self, g, i, operands):
        thread = get_ident()
        before, among, gradients = self.pending.get(thread, (None, None, {}))
        if before is not g or among is not operands or i not in gradients:
            gradients = dict(enumerate(self._gradients(g, operands[: self.count])))
            self.pending[thread] = g, operands, gradients
        result = gradients.pop(i)
        if not gradients:
            del self.pending[thread]
        return result

    def _gradients(self, g, operands):
        token = _recomputing.set(True)
        try:
            with nullcontext() if self.drawing is None else self.drawing():
                run = _Run(self.f, list(operands), self.name)
        finally:
            _recomputing.reset(token)
        targets = [*run.targets, *self.closed_over]
        between = Between(run.outputs, targets, own=[target for target in run.targets if type(target) is Leaf])
        self._check(run, between)
        parts = g if isinstance(g, tuple) else (g,)
        record = any(isinstance(value, Variable) for value in (*parts, *operands))
        seeds = [None if part is None else seed_for(y, part, record) for y, part in zip(run.outputs, parts, strict=True)]
        return between.gradients(seeds, record, keep=record)

    def _check(self, run, between):
        reached = {output._node for output in run.outputs}.union(*[node.parents for node in between.order])
        same = run.places == self.places and [_bits(output) for output in run.outputs] == self.bits
        if not same or between.others or not reached.issuperset(self.closed_over):
            what = "its results are not the same" if not same else "it does not depend on the same Tensors"
            raise GraphError(
                f"checkpoint: {self.name}, run again in the backward pass, is another function: {what}, so the gradient would be "
                "wrong. What changes from call to call must come in as an argument, or stay as it was until the backward pass: "
                "a counter, an attribute, an array that is filled again, a parameter that is changed or made in it, a "
                "generator that is made in it without a seed. What it only keeps up to date, it can leave alone if "
                "autograd_core.is_recomputing()"
            )


def _bits(output):
    """What tells a value from any other; None of what stands for one."""
    value = output._value
    if stands_in(value):
        return None
    return np.shape(value), value.dtype, hash(bits(value))


def _run(operands, again):
    return again.f(list(operands))


_CHECKPOINT = Entry(
    "checkpoint", None, _run, {"operands": lambda g, i, operands, again: again.gradient(g, i, operands)},
    doc="f(x), computed again for its gradient | ḡ pulled back through f", sequence="operands",
)  # fmt: skip

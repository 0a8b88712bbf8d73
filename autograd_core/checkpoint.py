"""checkpoint: recompute a part of the forward pass in the backward pass instead of keeping its saved values."""

import functools

from autograd_core.backward import run, seed_for
from autograd_core.derivatives.table import Entry
from autograd_core.modes import recording
from autograd_core.record import outputs_of, recorded
from autograd_core.trace import Trace, recorded_in
from autograd_core.trees import flatten
from autograd_core.variable import Variable, plain


def checkpoint(f):
    """f, with the same results and gradients, but keeping only its arguments: the backward pass runs f again.

    Memory for time: a chain of n equal layers in √n checkpointed groups keeps 2√n layers' values instead of n. Tensors
    that f closes over (the parameters of a module) get their gradients too. f must do the same when it is run again, so
    a random draw in it needs a generator made in it.

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

        operands = [plain(values[i]) for i in given]
        trace = Trace(of_operands, operands)  # run once for its values and to see what f closes over, then dropped
        closed_over = trace.outside()
        parents = (*(values[i]._node for i in given), *closed_over)
        if not parents:
            return trace.rebuild_outputs([output.detach() for output in trace.outputs])
        outs = [output._value for output in trace.outputs]
        pattern = _CHECKPOINT.pattern(tuple(("operands", i) for i in range(len(parents))))
        again = _Again(of_operands, len(given), closed_over)
        saved = pattern.pick((tuple(operands), again), None)
        if len(outs) == 1:
            return trace.rebuild_outputs([recorded(pattern, parents, saved, outs[0], mode)])
        node = recorded(pattern, parents, saved, tuple(outs), mode)._node
        return trace.rebuild_outputs(list(outputs_of(node, tuple(outs), mode)))

    return checkpointed


class _Again:
    """Runs a function again for its gradients, once for all operands of the node that asks."""

    def __init__(self, f, count, closed_over):
        self.f, self.count, self.closed_over = f, count, closed_over
        self.found = None  # (the incoming gradient, the gradients still to be fetched)

    def gradient(self, g, i, operands):
        if self.found is None or self.found[0] is not g:
            self.found = (g, dict(enumerate(self._gradients(g, operands[: self.count]))))
        result = self.found[1].pop(i)
        if not self.found[1]:
            self.found = None
        return result

    def _gradients(self, g, operands):
        trace = Trace(self.f, list(operands))
        parts = g if isinstance(g, tuple) else (g,)
        nested = trace.nested or recorded_in(list(parts))
        pairs = [
            (y, seed_for(y, part, nested))
            for y, part in zip(trace.outputs, parts, strict=True)
            if y._node is not None and part is not None
        ]
        targets = [*trace.targets, *self.closed_over]
        grads = run([y._node for y, _ in pairs], [seed for _, seed in pairs], targets, create_graph=nested)
        return [grads.get(target, 0.0) for target in targets]


def _run(operands, again):
    return again.f(list(operands))


_CHECKPOINT = Entry(
    "checkpoint", None, _run, {"operands": lambda g, i, operands, again: again.gradient(g, i, operands)},
    doc="f(x), computed again for its gradient | ḡ pulled back through f", sequence="operands",
)  # fmt: skip

"""The gradients of results that are there already, by any Tensors that they were computed from: `grad(loss, params)`."""

import numpy as np

from autograd_core.derivatives.kinds import handed_out
from autograd_core.errors import GraphError
from autograd_core.graph.backward_pass import collect, run_hooks
from autograd_core.graph.gradients import seed_for, send, take
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable, plain


def are_results(outputs):
    """Whether this is a Tensor, or several in a list or tuple."""
    if isinstance(outputs, (list, tuple)):
        return any(isinstance(output, Variable) for output in outputs)
    return isinstance(outputs, Variable)


def gradients(
    outputs, inputs=None, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=None, materialize_grads=False
):
    """What `grad` does of results; its docstring has the arguments."""
    if inputs is None:
        raise TypeError(
            "grad: a result is differentiated by Tensors: write grad(loss, params), or loss.backward() for all leaves"
        )
    outputs, inputs = _several(outputs, "outputs"), _several(inputs, "inputs")
    nodes, targets = _nodes(outputs, "outputs"), _nodes(inputs, "inputs")
    if not inputs:
        raise ValueError("grad: inputs is empty; if it came from a generator, that may have been used up before")
    given = [None] * len(outputs) if grad_outputs is None else grad_outputs
    given = [given] if not isinstance(given, (list, tuple)) else given
    if len(given) != len(outputs):
        raise TypeError(f"grad: expected {len(outputs)} grad_outputs, one for each output, got {len(given)}")
    seeds = [_seed(i, output, g, create_graph) for i, (output, g) in enumerate(zip(outputs, given, strict=True))]
    keep = create_graph or bool(retain_graph)
    places = dict(zip(targets, inputs, strict=True))
    passes = _passes(places)
    by_node = {}
    for i, wanted in enumerate(passes):
        order, needed, _ = collect(nodes, wanted)
        last = i == len(passes) - 1
        grads = send(nodes, seeds, order, needed, create_graph=create_graph, keep=keep or not last)
        by_node |= {target: _own(grads, target, places[target], create_graph) for target in wanted}
    if not (materialize_grads if allow_unused is None else allow_unused):
        for i, target in enumerate(targets):
            if by_node[target] is None:
                name = "" if inputs[i].name is None else f"{inputs[i].name!r} "
                raise GraphError(
                    f"grad: the outputs do not depend on inputs[{i}], {name}of shape {inputs[i].shape}; leave it out, or write "
                    "allow_unused=True for None in its place"
                )
    return tuple([_once(by_node, target, tensor, materialize_grads) for target, tensor in zip(targets, inputs, strict=True)])


def _passes(places):
    """The nodes to differentiate by, as groups for a pass each: it ends at them, so a result that others lead to is alone."""
    results = [[node] for node in places if node.parents]
    leaves = [node for node in places if not node.parents]
    return [*results, leaves] if leaves else results


def _several(tensors, what):
    tensors = [tensors] if isinstance(tensors, Variable) else list(tensors) if hasattr(tensors, "__iter__") else tensors
    if not isinstance(tensors, list):
        raise TypeError(f"grad: {what} must be a Tensor, or several in a list, got {type(tensors).__name__}")
    return tensors


def _nodes(tensors, what):
    for i, tensor in enumerate(tensors):
        if not isinstance(tensor, Variable):
            raise TypeError(f"grad: {what}[{i}] must be a Tensor, got {type(tensor).__name__}")
        if tensor._node is None:
            made = "does not depend on anything that requires a gradient" if what == "outputs" else "does not require a gradient"
            raise GraphError(
                f"grad: {what}[{i}], of shape {tensor.shape}, {made}. Make the inputs with Tensor(data, requires_grad=True), and "
                "check that they were not used under no_grad() or after detach()"
            )
    return [tensor._node for tensor in tensors]


def _seed(i, output, given, create_graph):
    if given is None:
        if output.size != 1 or output.dtype.kind == "c":
            raise GraphError(
                f"grad: outputs[{i}], {output.dtype} of shape {output.shape}, is no real scalar, so it has no single gradient; "
                "give grad_outputs=…, or take its sum"
            )
        return seed_for(output, None, create_graph)
    return seed_for(output, given, create_graph, f"grad: grad_outputs[{i}] must have the {{}} of its output")


def _own(grads, target, tensor, create_graph):
    """The gradient that came to a node, or None: an array of its own, or a Tensor."""
    g = take(grads, target, tensor)
    if g is not None and target.hooks:
        hooks = {key: hook for key, hook in target.hooks.items() if key != "retain"}  # which would fill `.grad`
        g = run_hooks(target, g, hooks)
        g = g.copy() if type(g) is np.ndarray else g
    if g is None or not create_graph:
        return handed_out(plain(g))
    return wrap(g._value, g._node) if isinstance(g, Variable) else wrap(g)


def _once(by_node, target, tensor, materialize):
    """The gradient of an input; a copy for one that was given before."""
    g = by_node[target]
    if g is None:
        return handed_out(np.zeros_like(tensor._value)) if materialize else None
    if type(g) is np.ndarray:
        by_node[target] = g.copy()
    return g

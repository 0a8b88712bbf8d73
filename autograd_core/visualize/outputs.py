"""What users pass to be drawn, the outputs and the names: normalised, or refused with an error that says what to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core.graph.trees import flatten, paths
from autograd_core.graph.variable import Variable

if TYPE_CHECKING:
    from typing import Any


def outputs_of(output: Any) -> list[tuple[str, Any]]:
    """[(name, Tensor), …] of a Tensor or of nested lists, tuples and dicts of them."""
    outputs: list[tuple[str, Any]]
    what = "make_dot, draw, animate, listing and explore show what a Tensor was computed from"
    if isinstance(output, (list, tuple, dict)):
        values = flatten(output)[0]
        names = paths(output)
        outputs = [(_plain_name(name), value) for name, value in zip(names, values, strict=True) if isinstance(value, Variable)]
        wrong = [value for value in values if not isinstance(value, Variable) and value is not None]
        if wrong:
            raise TypeError(f"{what}; among the outputs is {_described(wrong[0])}")
        if not outputs:
            raise TypeError(f"{what}; there is no Tensor among the outputs: pass the results of a computation")
    elif isinstance(output, Variable):
        outputs = [("output", output)]
    else:
        raise TypeError(f"{what}; got {_described(output)}")
    if all(tensor._node is None for _, tensor in outputs):
        raise TypeError(
            f"{what}; this one is not part of a graph, since nothing that it was computed from requires a gradient. Make the "
            "inputs with Tensor(data, requires_grad=True), and compute outside no_grad() and without detach()"
        )
    return outputs


def _described(value: Any) -> str:
    """What was passed, and what to pass instead."""
    kind = type(value).__name__
    if value is None:
        return "None: a function without `return`? Pass the Tensor that it computed"
    if hasattr(value, "named_parameters"):
        return f"the module {kind} itself: pass its result, model(X)"
    if callable(value):
        name = getattr(value, "__name__", kind)
        return f"the function {name} itself: pass its result, with brackets: {name}(…)"
    if isinstance(value, (np.ndarray, np.generic)):
        what = "an array" if isinstance(value, np.ndarray) else "a NumPy number"
        return f"{what}, which does not know where it came from: compute with Tensor(data, requires_grad=True)"
    return f"{kind}: pass the Tensor that was computed, or a list, tuple or dict of them"


def _plain_name(path: str) -> str:
    """The name of an output in a container: "['loss']" is loss, "[0]" is output 0."""
    inner = path[1:-1] if path.startswith("[") and path.count("[") == 1 else ""
    if inner[:1] in ("'", '"'):
        return inner[1:-1]
    return f"output {inner}" if inner else f"output{path}"


def names_of(params: Any) -> dict[int, str]:
    """{id of a Tensor or of its value: name}; what they belong to is kept alive by `params`."""
    if params is None:
        return {}
    pairs = params.named_parameters() if hasattr(params, "named_parameters") else params
    try:
        pairs = list(pairs.items() if hasattr(pairs, "items") else pairs)
        pairs = [(name, value) for name, value in pairs]
    except (TypeError, ValueError):
        pairs = [(None, None)]
    names: dict[int, str] = {}
    for name, value in pairs:
        if not isinstance(name, str) or not isinstance(value, (Variable, np.ndarray, np.generic)):
            raise TypeError(
                "params must be a dict of names and Tensors, dict(model.named_parameters()) for one, or the module itself; "
                f"got {type(params).__name__}"
            )
        names.setdefault(id(value), name)
        if isinstance(value, Variable):
            tensor: Any = value
            names.setdefault(id(tensor._value), name)
            if tensor._node is not None:
                names.setdefault(id(tensor._node), name)
    return names

"""A Module called with other Tensors in the places of its Parameters and Buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core import Tensor
from nn.structure import Structure, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from nn.module import Module

    Weights = Mapping[str, Any]

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Weights | Sequence[Weights],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with other Tensors in the places of its Parameters and Buffers: a function of them.

    parameter_and_buffer_dicts   {path: Tensor or array}, or several such; the rest stays as it is
    args          a tuple, or a single argument
    tie_weights   what is given for a shared Parameter counts at all its places
    strict        whether missing paths are an error; unknown ones always are

    So `grad`, `hessian` and the like take derivatives by weights:

    >>> import numpy as np, nn
    >>> from autograd_core import grad
    >>> layer = nn.Linear(1, 1)
    >>> weights = {"weight": np.array([[2.0]]), "bias": np.array([1.0])}
    >>> grad(lambda w: np.sum(nn.functional_call(layer, w, np.array([[3.0]])) ** 2))(weights)
    {'weight': array([[42.]]), 'bias': array([14.])}
    """
    given: dict[str, Any] = {}
    for part in [parameter_and_buffer_dicts] if hasattr(parameter_and_buffer_dicts, "keys") else parameter_and_buffer_dicts:
        if repeated := sorted(given.keys() & part.keys()):  # type: ignore[union-attr]
            raise ValueError(f"functional_call: {repeated[0]!r} is in two of the dicts")
        given |= part  # type: ignore[arg-type]
    places = _places(module)
    if unknown := [name for name in given if name not in places]:
        kind = type(module).__name__
        raise KeyError(f"functional_call: {kind} has no Tensor at {unknown[0]!r}{near(unknown[0], places)}")
    if strict and (missing := [name for name in places if name not in given]):
        raise KeyError(f"functional_call: {missing[0]!r} is missing")
    new = _tied(places, given) if tie_weights else given
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    try:
        for name, value in new.items():
            holder, key, _ = places[name]
            holder[key] = value if isinstance(value, Tensor) else Tensor(value)
        return module(*args, **(kwargs or {}))
    finally:
        for name in new:
            holder, key, tensor = places[name]
            holder[key] = tensor


def _tied(places: dict[str, tuple[Any, Any, Tensor]], given: dict[str, Any]) -> dict[str, Any]:
    """What was given, also for the other places of the same Tensor."""
    chosen: dict[int, tuple[str, Any]] = {}
    for name, value in given.items():
        first, other = chosen.setdefault(id(places[name][2]), (name, value))
        if other is not value:
            raise ValueError(
                f"functional_call: {first!r} and {name!r} are one Tensor, but were given two; give it once, or write "
                "tie_weights=False"
            )
    return {name: chosen[id(tensor)][1] for name, (_, _, tensor) in places.items() if id(tensor) in chosen}


def _places(module: Structure) -> dict[str, tuple[Any, Any, Tensor]]:
    """{path: (what holds it, its key there, Tensor)} of all Tensors in a Module, by the paths of `state_dict`."""
    places: dict[str, tuple[Any, Any, Tensor]] = {}
    stack: list[tuple[str, Any, tuple[int, ...]]] = [("", module, ())]
    while stack:
        path, part, above = stack.pop()
        if id(part) in above:
            continue
        holder = vars(part) if isinstance(part, Structure) else part
        for key, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            name = path if key == "_items" and isinstance(part, Structure) else f"{path}.{key}" if path else str(key)
            if isinstance(item, Tensor) and not isinstance(holder, tuple):
                places[name] = holder, key, item
            elif isinstance(item, (Structure, dict, list, tuple)):
                stack.append((name, item, (*above, id(part))))
    return places

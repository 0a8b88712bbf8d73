"""The table that `Module.summary` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import no_grad
from nn.errors import LazyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import DTypeLike


class Summary:
    """What each layer of a Module makes of an input of zeros: rows (path, kind, shape of the output, parameters).

    The rows are in the order of `named_modules()`; the output of a layer that is not called is None.
    """

    def __init__(self, module: Any, input_shape: Sequence[int], dtype: DTypeLike | None = None) -> None:
        modules = list(module.named_modules())
        if dtype is None:
            try:
                dtype = next((p.dtype for p in module.parameters()), float)
            except LazyError:  # this call will make them
                dtype = float
        shapes: dict[Any, Any] = {}
        modes = [(part, part.training) for _, part in modules]
        try:
            for _, part in modules:
                vars(part)["forward"] = _watched(part, part.forward, shapes)  # comes before that of the class
            module.eval()
            with no_grad():
                module(np.zeros(input_shape, dtype))
        finally:
            for part, mode in modes:
                vars(part).pop("forward", None)
                part.training = mode
        self.rows = [
            (
                path if path.isprintable() else repr(path)[1:-1],
                type(part).__name__,
                shapes.get(part),
                sum(p.size for p in part.parameters()),
            )
            for path, part in modules
        ]

    def __str__(self) -> str:
        table = [("layer", "kind", "output", "parameters")]
        table += [(path, kind, str(shape or "not called"), f"{count:,}") for path, kind, shape, count in self.rows]
        path, kind, shape, count = (max(map(len, column)) for column in zip(*table, strict=True))
        lines = [f"{a:<{path}}  {b:<{kind}}  {c:<{shape}}  {d:>{count}}" for a, b, c, d in table]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    __repr__ = __str__


def _watched(module: Any, forward: Callable[..., Any], shapes: dict[Any, Any]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        out = forward(*args, **kwargs)
        shapes[module] = getattr(out, "shape", type(out).__name__)
        return out

    return watched

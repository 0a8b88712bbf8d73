"""Gradients made smaller before a step, if they have grown too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from nn.types import Array


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> np.floating[Any]:
    """Scale all gradients by one number, so that their total norm is at most `max_norm`; returns the norm before.

    norm_type   the p of the p-norm, also inf

    Raises FloatingPointError for a norm that is NaN or infinite, if `error_if_nonfinite`. Squares are taken in float64 if
    those of the gradients' own dtype overflow.
    """
    gradients = _gradients(parameters)
    norms = [_norm(np.ravel(g.data if isinstance(g, Tensor) else g), norm_type) for _, g in gradients]
    total = np.linalg.norm(np.stack(norms).astype(np.float64), norm_type) if norms else np.float64(0)
    if error_if_nonfinite and not np.isfinite(total):
        raise FloatingPointError(f"clip_grad_norm_: the norm of the gradients is {total}; search with detect_anomaly()")
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:
        for p, g in gradients:
            _change(p, g, np.multiply, factor.astype(g.dtype))
    return total


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Cut every element of the gradients to between −clip_value and clip_value."""
    for p, g in _gradients(parameters):
        _change(p, g, np.clip, -clip_value, clip_value)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[tuple[Tensor, Any]]:
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [(p, p.grad) for p in parameters if p.grad is not None]


def _norm(g: Array, norm_type: float) -> Any:
    with np.errstate(over="ignore"):
        norm = np.linalg.norm(g, norm_type)
    return norm if np.isfinite(norm) else np.linalg.norm(g.astype(np.result_type(g, np.float64)), norm_type)


def _change(p: Tensor, g: Any, function: Callable[..., Any], *args: Any) -> None:
    if isinstance(g, Tensor):  # made with create_graph=True
        p.grad = function(g, *args)
    else:
        function(g, *args, out=g)

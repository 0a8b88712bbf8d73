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

    >>> from autograd_core import Tensor
    >>> p = Tensor([3.0, 4.0], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> float(clip_grad_norm_([p], max_norm=1.0)), p.grad.round(4)
    (5.0, array([0.6, 0.8]))
    """
    gradients = _gradients(parameters)
    total = _total((g for _, g in gradients), norm_type)
    if error_if_nonfinite:
        _check_finite("clip_grad_norm_: the norm of the gradients", total)
    _scale(gradients, max_norm, total)
    return total


def get_total_norm(
    tensors: Tensor | Array | Iterable[Tensor | Array], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> np.floating[Any]:
    """The norm of the vector of all elements of Tensors or arrays, such as `[p.grad for p in model.parameters()]`.

    >>> import numpy as np
    >>> float(get_total_norm([np.array([3.0]), np.array([[4.0]])]))
    5.0
    """
    total = _total([tensors] if isinstance(tensors, (Tensor, np.ndarray)) else tensors, norm_type)
    if error_if_nonfinite:
        _check_finite("get_total_norm: the norm", total)
    return total


def clip_grads_with_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Any) -> None:
    """Scale all gradients as `clip_grad_norm_` does, for a total norm that is known, such as that of `get_total_norm`.

    >>> from autograd_core import Tensor
    >>> p = Tensor([3.0, 4.0], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> clip_grads_with_norm_([p], 1.0, get_total_norm([p.grad]))
    >>> p.grad.round(4)
    array([0.6, 0.8])
    """
    _scale(_gradients(parameters), max_norm, np.float64(total_norm))


def _total(tensors: Iterable[Any], norm_type: float) -> Any:
    norms = [_norm(np.ravel(g.data if isinstance(g, Tensor) else g), float(norm_type)) for g in tensors if g is not None]
    return np.linalg.norm(np.stack(norms).astype(np.float64), float(norm_type)) if norms else np.float64(0)


def _check_finite(what: str, total: Any) -> None:
    if not np.isfinite(total):
        raise FloatingPointError(f"{what} is {total}; search with detect_anomaly()")


def _scale(gradients: list[tuple[Tensor, Any]], max_norm: float, total: Any) -> None:
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:
        for p, g in gradients:
            _change(p, g, np.multiply, factor.astype(g.dtype))


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Cut every element of the gradients to between −clip_value and clip_value.

    >>> from autograd_core import Tensor
    >>> p = Tensor([3.0, -0.5], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> clip_grad_value_([p], 1.0)
    >>> p.grad
    array([ 1. , -0.5])
    """
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

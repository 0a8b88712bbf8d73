"""softmax(query keyᵀ scale + mask) value: for each query a mean of the values, weighted by how well their keys fit."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, primitive
from nn.functional.activations import softmax
from nn.functional.dropout import check_probability
from nn.random import generator as generator_of
from nn.values import operand_of, row_sums

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Array, Generator, Operand, X

NAME = "scaled_dot_product_attention"

# Two entries and not one: what reaches the scores from above is computed once, for query and key.


def _turned(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


@primitive(
    "scale query keyᵀ | scale ḡ key | scale ḡᵀ query",
    query=lambda g, key, scale: g @ key * scale,
    key=lambda g, query, scale: _turned(g) @ (query * scale),
)
def scores(query: Any, key: Any, scale: float) -> Any:
    """(…, L, E), (…, S, E) -> (…, L, S)."""
    return query * scale @ _turned(key)


def _probabilities(scores: Any, mask: Any) -> Any:
    return softmax(scores if mask is None else scores + mask, -1)


def _pull(g: Any, p: Any, value: Any, dropped: Any) -> Any:
    """p (p̄ - Σ p̄ p), where p̄ = ḡ valueᵀ is what reaches the probabilities."""
    reached = g @ _turned(value)
    if dropped is not None:
        reached = reached * dropped
    weighted = reached * p
    return weighted - p * row_sums(weighted)


@primitive(
    "softmax(scores + mask) value | p (ḡ valueᵀ - Σ ḡ valueᵀ p) | pᵀ ḡ | likewise",
    kept={"p": _probabilities},
    scores=_pull,
    value=lambda g, p, dropped: _turned(p if dropped is None else p * dropped) @ g,
    mask=_pull,
)
def attended(scores: Any, value: Any, mask: Any, dropped: Any) -> Any:
    """(…, L, S), (…, S, E) -> (…, L, E); a query that may attend to nothing gets 0.

    mask      added to the scores, -inf for what takes no part; or None
    dropped   what the probabilities are multiplied by in dropout; or None
    """
    p = _probabilities(scores, mask)
    return (p if dropped is None else p * dropped) @ value, p


def scaled_dot_product_attention(
    query: X,
    key: X,
    value: X,
    attn_mask: Operand | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    generator: Generator = None,
) -> X:
    """softmax(query keyᵀ scale + attn_mask) value: (…, L, E), (…, S, E), (…, S, Ev) -> (…, L, Ev).

    attn_mask    (…, L, S): bools, True for what takes part, or floats that are added, -inf for what takes none
    dropout_p    the probability with which a weight becomes 0; the others are divided by 1 - dropout_p. There is no `training`:
                 pass 0 after `eval()`
    is_causal    no query attends to a later key: as attn_mask=np.tril(np.ones((L, S), bool)), and instead of one
    scale        1/√E by default
    enable_gqa   fewer heads of key and value, (…, heads, length, E): each serves as many heads of query, one after the other

    A query that may attend to nothing gets the result 0 and gradients 0. Raises ShapeError for shapes that do not fit.

    >>> query, key, value = np.zeros((2, 4)), np.zeros((2, 4)), np.array([[1.0], [3.0]])
    >>> scaled_dot_product_attention(query, key, value, is_causal=True)
    array([[1.],
           [2.]])
    """
    check_probability(NAME, dropout_p, "dropout_p")
    q, k, v = _operands(query, key, value, enable_gqa)
    if is_causal and attn_mask is not None:
        raise ValueError(f"{NAME}: attn_mask and is_causal=True exclude each other; put both into attn_mask")
    mask = causal_mask(q.shape[-2], k.shape[-2], q.dtype) if is_causal else added(NAME, attn_mask, q.dtype)
    scored = scores(q, k, 1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if mask is not None and not _fits(mask.shape, scored.shape):
        raise errors.ShapeError(f"{NAME}: attn_mask must broadcast to {scored.shape}, got {mask.shape}")
    out: Any = attended(scored, v, mask, dropping(scored, dropout_p, generator))
    return out


def dropping(x: Any, p: float, generator: Generator) -> Any:
    """What dropout multiplies x by; None for nothing."""
    if p == 0:
        return None
    kind = np.float32 if x.dtype == np.float32 else float
    return (generator_of(generator).random(x.shape, kind) >= p) * x.dtype.type(1 / (1 - p) if p < 1 else 0)


def added(name: str, mask: Any, dtype: Any, argument: str = "attn_mask", taken: bool = True) -> Any:
    """A mask as what is added to scores of that dtype: of bools, 0 where they are `taken` and -inf elsewhere."""
    if mask is None:
        return None
    mask = operand_of(mask, argument)
    if mask.dtype == bool:
        nothing, all_of_it = dtype.type(0), dtype.type(-np.inf)
        return np.where(mask, nothing, all_of_it) if taken else np.where(mask, all_of_it, nothing)
    if mask.dtype.kind != "f":
        raise errors.DTypeError(f"{name}: {argument} must be of bools or floats, got dtype {mask.dtype}; write .astype(bool)")
    return mask if mask.dtype == dtype else mask.astype(dtype)


@functools.lru_cache(maxsize=32)
def causal_mask(rows: int, columns: int, dtype: Any) -> Array:
    """(rows, columns), -inf above the diagonal."""
    mask = np.triu(np.full((rows, columns), -np.inf, dtype), 1)
    mask.flags.writeable = False
    return mask


def _operands(query: Any, key: Any, value: Any, enable_gqa: bool) -> tuple[Any, Any, Any]:
    """The three, checked; with enable_gqa key and value have as many heads as the query."""
    query, key, value = operand_of(query, "query"), operand_of(key, "key"), operand_of(value, "value")
    shapes = query.shape, key.shape, value.shape
    got = f"got {shapes[0]}, {shapes[1]} and {shapes[2]}"
    if any(len(shape) < 2 for shape in shapes) or shapes[0][-1] != shapes[1][-1] or shapes[1][-2] != shapes[2][-2]:
        raise errors.ShapeError(f"{NAME}: query, key and value must have the shapes (…, L, E), (…, S, E) and (…, S, Ev), " + got)
    for name, x in (("query", query), ("key", key), ("value", value)):
        if x.dtype.kind != "f":
            raise errors.DTypeError(f"{NAME}: {name} must be of floats, got dtype {x.dtype}")
    if enable_gqa:
        heads = [shape[-3] if len(shape) > 2 else 0 for shape in shapes]
        if not all(heads) or heads[0] % heads[1] or heads[0] % heads[2]:
            raise errors.ShapeError(
                f"{NAME}: with enable_gqa, query must have a multiple of the heads of key and of value, " + got
            )
        key, value = (
            x if n == heads[0] else np.repeat(x, heads[0] // n, axis=-3) for x, n in ((key, heads[1]), (value, heads[2]))
        )
    try:
        np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    except ValueError:
        raise errors.ShapeError(f"{NAME}: the axes before the last two must broadcast, {got}") from None
    return query, key, value


def _fits(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Whether an array broadcasts to a shape."""
    return len(shape) <= len(whole) and all(n in (1, m) for n, m in zip(shape[::-1], whole[::-1], strict=False))

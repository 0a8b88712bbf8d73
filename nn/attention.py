"""MultiheadAttention: attention in several heads at once, each with projections of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional, init
from nn.dtypes import dtype_of
from nn.functional.attention import added, causal_mask, dropping
from nn.functional.dropout import check_probability
from nn.linear import Linear
from nn.module import Module, Parameter
from nn.random import generator as generator_of
from nn.values import operand_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator, Operand


class MultiheadAttention(Module):
    """Attention in `num_heads` heads: (L, n, embed_dim), (S, n, kdim), (S, n, vdim) -> (L, n, embed_dim) and the weights.

    dropout         the probability with which a weight becomes 0 while training
    bias            False leaves out in_proj_bias and out_proj.bias
    add_bias_kv     one key and one value more, learned: bias_k and bias_v
    add_zero_attn   one key and one value more, of zeros
    kdim, vdim      features of key and value; embed_dim by default
    batch_first     (n, L, embed_dim) and so on; either way (L, embed_dim) without a batch

    in_proj_weight   (3 embed_dim, embed_dim): the projections of query, key and value, one above the other. With a kdim or vdim
                     of its own there are q_proj_weight (embed_dim, embed_dim), k_proj_weight (embed_dim, kdim) and
                     v_proj_weight (embed_dim, vdim) instead; all of them Xavier-uniform
    in_proj_bias     (3 embed_dim,), zeros
    out_proj         Linear(embed_dim, embed_dim), its bias zeros

    Called with query, key and value, and if need be with

    key_padding_mask       (n, S), bools, True for a key to leave out (PyTorch's convention: in scaled_dot_product_attention True
                           is for what takes part), or floats that are added to the scores
    need_weights           False: None in place of the weights, (n, L, S), and less time
    attn_mask              (L, S) or (n num_heads, L, S), bools, True for what a query may not attend to, or floats
    average_attn_weights   False: the weights of each head, (n, num_heads, L, S)
    is_causal              no query attends to a later key; if there is an attn_mask, it is taken to say so itself

    A query that may attend to nothing gets weights of 0. (In PyTorch, with need_weights, NaN.)

    >>> import numpy as np, nn
    >>> attention = nn.MultiheadAttention(6, num_heads=2, batch_first=True)
    >>> x = np.zeros((4, 5, 6))
    >>> out, weights = attention(x, x, x)
    >>> out.shape, weights.shape
    ((4, 5, 6), (4, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be a positive multiple of num_heads, got {embed_dim} and {num_heads}"
            )
        check_probability("MultiheadAttention", dropout, "dropout")
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self.add_zero_attn = add_zero_attn
        self.generator = None if generator is None else generator_of(generator)
        joined = self.kdim == embed_dim == self.vdim
        made = lambda *shape: Parameter(np.empty(shape, dtype_of(dtype), order="F"))
        self.in_proj_weight = made(3 * embed_dim, embed_dim) if joined else None
        self.q_proj_weight = None if joined else made(embed_dim, embed_dim)
        self.k_proj_weight = None if joined else made(embed_dim, self.kdim)
        self.v_proj_weight = None if joined else made(embed_dim, self.vdim)
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight, generator=self.generator)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype_of(dtype))) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, generator=self.generator)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)
        self.bias_k = init.xavier_normal_(made(1, 1, embed_dim), generator=self.generator) if add_bias_kv else None
        self.bias_v = init.xavier_normal_(made(1, 1, embed_dim), generator=self.generator) if add_bias_kv else None

    def extra_repr(self) -> str:
        """What `repr` writes between the brackets: the arguments, without the weights that are not there."""
        arguments = ("embed_dim", "num_heads", "dropout", "kdim", "vdim", "add_zero_attn", "batch_first")
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in arguments)

    def forward(
        self,
        query: Tensor | Array,
        key: Tensor | Array,
        value: Tensor | Array,
        key_padding_mask: Operand | None = None,
        need_weights: bool = True,
        attn_mask: Operand | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        query, key, value = operand_of(query, "query"), operand_of(key, "key"), operand_of(value, "value")
        self._check(query, key, value)
        batched, first = query.ndim == 3, self.batch_first or query.ndim == 2
        q, k, v = self._projected(query, key, value)
        q, k, v = (self._heads(x, first) for x in (q, k, v))
        mask = self._mask(q, k, key_padding_mask, attn_mask, is_causal)
        k, v = self._extended(k, self.bias_k), self._extended(v, self.bias_v)
        if mask is not None and k.shape[-2] > mask.shape[-1]:
            mask = np.pad(mask, [(0, 0)] * (mask.ndim - 1) + [(0, k.shape[-2] - mask.shape[-1])])
        p = self.dropout if self.training else 0.0
        if need_weights:
            scores = q / math.sqrt(q.shape[-1]) @ np.swapaxes(k, -1, -2)
            weights = functional.softmax(scores if mask is None else scores + mask, -1)
            dropped = dropping(weights, p, self.generator)
            weights = weights if dropped is None else weights * dropped
            out = weights @ v
        else:
            out = functional.scaled_dot_product_attention(q, k, v, mask, p, generator=self.generator)
        _, heads, length, width = out.shape
        out = np.transpose(out, (0, 2, 1, 3) if first else (2, 0, 1, 3))
        out = self.out_proj(np.reshape(out, (*out.shape[:2], heads * width) if batched else (length, heads * width)))
        if not need_weights:
            return out, None
        weights = np.mean(weights, axis=1) if average_attn_weights else weights
        return out, weights if batched else weights[0]

    def _projected(self, query: Any, key: Any, value: Any) -> Any:
        """Query, key and value after their projections: of one array all at once."""
        e, bias = self.embed_dim, self.in_proj_bias
        if query is key is value and self.in_proj_weight is not None:
            whole = functional.linear(query, self.in_proj_weight, bias)
            return whole[..., :e], whole[..., e : 2 * e], whole[..., 2 * e :]
        if self.in_proj_weight is not None:
            weights: Any = [self.in_proj_weight[i * e : (i + 1) * e] for i in range(3)]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None if bias is None else bias[i * e : (i + 1) * e] for i in range(3)]
        return map(functional.linear, (query, key, value), weights, biases)

    def _heads(self, x: Any, first: bool) -> Any:
        """(n, length, embed_dim), (length, n, embed_dim) or (length, embed_dim) -> (n, heads, length, features of a head)."""
        x = x if x.ndim == 3 else x[None]
        split = np.reshape(x, (*x.shape[:2], self.num_heads, self.embed_dim // self.num_heads))
        return np.transpose(split, (0, 2, 1, 3) if first else (1, 2, 0, 3))

    def _extended(self, x: Any, bias: Any) -> Any:
        """Keys or values, followed by the learned one and by zeros."""
        shape = (*x.shape[:2], 1, x.shape[-1])
        more = []
        if bias is not None:
            more.append(np.broadcast_to(np.reshape(bias, (1, shape[1], 1, shape[3])), shape))
        if self.add_zero_attn:
            more.append(np.zeros(shape, x.dtype))
        return np.concatenate([x, *more], axis=2) if more else x

    def _mask(self, q: Any, k: Any, key_padding_mask: Any, attn_mask: Any, is_causal: bool) -> Any:
        """What is added to the scores, (n or 1, heads or 1, L, S); None for nothing."""
        (n, heads, rows), columns = q.shape[:3], k.shape[2]
        mask = added("MultiheadAttention", attn_mask, q.dtype, taken=False)
        if mask is not None:
            if mask.shape not in ((rows, columns), (n * heads, rows, columns)):
                raise errors.ShapeError(
                    f"MultiheadAttention: attn_mask must have the shape {(rows, columns)} or {(n * heads, rows, columns)}, "
                    f"got {mask.shape}"
                )
            mask = np.reshape(mask, (n, heads, rows, columns) if mask.ndim == 3 else (1, 1, rows, columns))
        elif is_causal:
            mask = causal_mask(rows, columns, q.dtype)[None, None]
        padding = added("MultiheadAttention", key_padding_mask, q.dtype, "key_padding_mask", taken=False)
        if padding is None:
            return mask
        if padding.shape != (n, columns) and (padding.shape != (columns,) or n > 1):
            raise errors.ShapeError(
                f"MultiheadAttention: key_padding_mask must have the shape {(n, columns)}, got {padding.shape}"
            )
        padding = np.reshape(padding, (n, 1, 1, columns))
        return padding if mask is None else mask + padding

    def _check(self, query: Any, key: Any, value: Any) -> None:
        batch = 0 if self.batch_first else 1
        shapes = query.shape, key.shape, value.shape
        fits = (
            [shape[-1:] for shape in shapes] == [(self.embed_dim,), (self.kdim,), (self.vdim,)]
            and query.ndim in (2, 3)
            and query.ndim == key.ndim == value.ndim
            and shapes[1][:-1] == shapes[2][:-1]
            and (query.ndim == 2 or shapes[0][batch] == shapes[1][batch])
        )
        if not fits:
            axes = "(n, {})" if self.batch_first else "({}, n)"
            wanted = [
                axes.format(length)[:-1] + f", {width})"
                for length, width in (("L", self.embed_dim), ("S", self.kdim), ("S", self.vdim))
            ]
            raise errors.ShapeError(
                f"MultiheadAttention: query, key and value must have the shapes {', '.join(wanted)}, or these without n, "
                f"got {shapes[0]}, {shapes[1]} and {shapes[2]}"
            )

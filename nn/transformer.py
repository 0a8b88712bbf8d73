"""Transformer (Vaswani et al., 2017): its encoder, its decoder, and the layers they are made of."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional, init
from nn.attention import MultiheadAttention
from nn.containers import ModuleList
from nn.dropout import Dropout
from nn.dtypes import dtype_of
from nn.functional.attention import causal_mask
from nn.linear import Linear
from nn.module import Module
from nn.normalization import LayerNorm
from nn.random import generator as generator_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator, Operand

    Activation = str | Callable[[Any], Any]

ACTIVATIONS = {"relu": functional.relu, "gelu": functional.gelu}


class _Layer(Module):
    """What layers of encoder and decoder have: attention to themselves, two Linear layers, `norms` LayerNorms and Dropouts."""

    norms = 2

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        generator = None if generator is None else generator_of(generator)
        if isinstance(activation, str) and activation not in ACTIVATIONS:
            raise ValueError(
                f"{type(self).__name__}: activation must be 'relu', 'gelu' or a function, such as nn.functional.silu, got "
                f"{activation!r}"
            )
        attention = lambda: MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, generator=generator
        )
        self.self_attn = attention()
        if self.norms == 3:
            self.multihead_attn = attention()
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype, generator=generator)
        self.dropout = Dropout(dropout, generator=generator)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype, generator=generator)
        self.norm_first = norm_first
        for i in range(1, self.norms + 1):
            setattr(self, f"norm{i}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
            setattr(self, f"dropout{i}", Dropout(dropout, generator=generator))
        self.activation: Any = ACTIVATIONS[activation] if isinstance(activation, str) else activation

    def _added(self, x: Any, i: int, block: Callable[[Any], Any]) -> Any:
        """x with what the block makes of it, after LayerNorm i or, with norm_first, before it."""
        norm, dropout = getattr(self, f"norm{i}"), getattr(self, f"dropout{i}")
        return x + dropout(block(norm(x))) if self.norm_first else norm(x + dropout(block(x)))

    def _feed(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself, then two Linear layers, each added to its input: (length, n, d_model) -> the same.

    dim_feedforward   features between the Linear layers
    dropout           the probability with which, while training, an element of what is added becomes 0, as does a weight of the
                      attention and an element between the Linear layers
    activation        between the Linear layers: "relu", "gelu", or a function
    batch_first       (n, length, d_model); either way (length, d_model) without a batch
    norm_first        LayerNorm before each of the two, not after the sum
    bias              False leaves out all biases

    Called with a sequence, and if need be with
    src_mask, src_key_padding_mask, is_causal   attn_mask, key_padding_mask and is_causal of `MultiheadAttention`

    >>> import numpy as np, nn
    >>> layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)
    >>> layer(np.zeros((3, 5, 8)), is_causal=True).shape
    (3, 5, 8)
    """

    def forward(
        self,
        src: Tensor | Array,
        src_mask: Operand | None = None,
        src_key_padding_mask: Operand | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        attend = lambda x: self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]
        out: Tensor = self._added(self._added(src, 1, attend), 2, self._feed)
        return out


class TransformerDecoderLayer(_Layer):
    """As TransformerEncoderLayer, with attention to `memory`, what the encoder has made, before the Linear layers.

    Called with a sequence and memory, (length, n, d_model) and (length of memory, n, d_model), and if need be with
    tgt_mask, tgt_key_padding_mask, tgt_is_causal            attn_mask, key_padding_mask and is_causal for the sequence
    memory_mask, memory_key_padding_mask, memory_is_causal   the same for the attention to memory

    >>> import numpy as np, nn
    >>> layer = nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16)
    >>> layer(np.zeros((5, 3, 8)), np.zeros((7, 3, 8)), tgt_is_causal=True).shape
    (5, 3, 8)
    """

    norms = 3

    def forward(
        self,
        tgt: Tensor | Array,
        memory: Tensor | Array,
        tgt_mask: Operand | None = None,
        memory_mask: Operand | None = None,
        tgt_key_padding_mask: Operand | None = None,
        memory_key_padding_mask: Operand | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        attend = lambda x: self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]
        consult = lambda x: self.multihead_attn(
            x, memory, memory, memory_key_padding_mask, False, memory_mask, is_causal=memory_is_causal
        )[0]
        out: Tensor = self._added(self._added(self._added(tgt, 1, attend), 2, consult), 3, self._feed)
        return out


class TransformerEncoder(Module):
    """`num_layers` copies of a layer, one after the other, and `norm` after the last: (length, n, d_model) -> the same.

    enable_nested_tensor, mask_check   accepted for PyTorch's sake, and change nothing

    The copies start with the same parameters. Called as the layer is, with `mask` for src_mask.

    >>> import numpy as np, nn
    >>> encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), num_layers=3)
    >>> encoder(np.zeros((5, 4, 8))).shape
    (5, 4, 8)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers, self.num_layers, self.norm = _copies(encoder_layer, num_layers), num_layers, norm

    def forward(
        self,
        src: Tensor | Array,
        mask: Operand | None = None,
        src_key_padding_mask: Operand | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        out: Any = src
        for layer in self.layers:
            out = layer(out, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=bool(is_causal))
        return out if self.norm is None else self.norm(out)


class TransformerDecoder(Module):
    """`num_layers` copies of a layer, one after the other, and `norm` after the last. Called as the layer is.

    >>> import numpy as np, nn
    >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), num_layers=3)
    >>> decoder(np.zeros((5, 4, 8)), np.zeros((7, 4, 8))).shape
    (5, 4, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers, self.num_layers, self.norm = _copies(decoder_layer, num_layers), num_layers, norm

    def forward(
        self,
        tgt: Tensor | Array,
        memory: Tensor | Array,
        tgt_mask: Operand | None = None,
        memory_mask: Operand | None = None,
        tgt_key_padding_mask: Operand | None = None,
        memory_key_padding_mask: Operand | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        out: Any = tgt
        for layer in self.layers:
            out = layer(
                out,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=bool(tgt_is_causal),
                memory_is_causal=memory_is_causal,
            )
        return out if self.norm is None else self.norm(out)


class Transformer(Module):
    """An encoder, and a decoder that consults what it has made: (S, n, d_model), (T, n, d_model) -> (T, n, d_model).

    custom_encoder, custom_decoder   Modules of one's own in place of the TransformerEncoder and TransformerDecoder

    The other arguments are those of the layers. All weights of two axes or more are Xavier-uniform.

    >>> import numpy as np, nn
    >>> model = nn.Transformer(d_model=8, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16)
    >>> mask = model.generate_square_subsequent_mask(5)
    >>> model(np.zeros((7, 3, 8)), np.zeros((5, 3, 8)), tgt_mask=mask).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        generator = None if generator is None else generator_of(generator)
        arguments: Any = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        norm = lambda: LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        if custom_encoder is None:
            encoder_layer = TransformerEncoderLayer(*arguments, dtype=dtype, generator=generator)
            custom_encoder = TransformerEncoder(encoder_layer, num_encoder_layers, norm())
        if custom_decoder is None:
            decoder_layer = TransformerDecoderLayer(*arguments, dtype=dtype, generator=generator)
            custom_decoder = TransformerDecoder(decoder_layer, num_decoder_layers, norm())
        self.encoder, self.decoder = custom_encoder, custom_decoder
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter, generator=generator)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: Tensor | Array,
        tgt: Tensor | Array,
        src_mask: Operand | None = None,
        tgt_mask: Operand | None = None,
        memory_mask: Operand | None = None,
        src_key_padding_mask: Operand | None = None,
        tgt_key_padding_mask: Operand | None = None,
        memory_key_padding_mask: Operand | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        batch = 0 if self.batch_first else 1
        fits = src.ndim == tgt.ndim in (2, 3) and (src.ndim == 2 or src.shape[batch] == tgt.shape[batch])
        if not fits or src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            wanted = f"(n, S, {self.d_model}) and (n, T" if self.batch_first else f"(S, n, {self.d_model}) and (T, n"
            raise errors.ShapeError(
                f"Transformer: src and tgt must have the shapes {wanted}, {self.d_model}), or these without n, "
                f"got {src.shape} and {tgt.shape}"
            )
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        out: Tensor = self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )
        return out

    @staticmethod
    def generate_square_subsequent_mask(sz: int, *, dtype: DTypeLike | None = None) -> Array:
        """(sz, sz): -inf above the diagonal, else 0, to be added to scores, so that no query attends to a later key.

        >>> import nn
        >>> nn.Transformer.generate_square_subsequent_mask(2)
        array([[  0., -inf],
               [  0.,   0.]])
        """
        return np.copy(causal_mask(sz, sz, dtype_of(dtype)))


def _copies(layer: Module, count: int) -> ModuleList:
    """Copies of a layer that draw from the generators that it has itself: else all would drop the same elements."""
    drawn = {id(g): g for part in layer.modules() if isinstance(g := getattr(part, "generator", None), np.random.Generator)}
    return ModuleList([copy.deepcopy(layer, dict(drawn)) for _ in range(count)])

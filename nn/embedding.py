"""Layers that look up rows of a table: Embedding, EmbeddingBag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional, init
from nn.dtypes import dtype_of
from nn.module import Module, Parameter
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any, Literal, Self

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Generator, Operand


class _Table(Module):
    """What both have: a weight of num_embeddings rows, normal, and zeros in the row padding_idx."""

    def _set_up(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        dtype: DTypeLike | None,
        generator: Generator,
    ) -> None:
        name = type(self).__name__
        if sparse:
            raise ValueError(f"{name}: gradients are whole arrays here, none is sparse; leave out sparse=True")
        if padding_idx is not None:
            if not isinstance(padding_idx, (int, np.integer)):
                got = getattr(padding_idx, "__name__", repr(padding_idx))
                raise TypeError(f"{name}: padding_idx must be an integer or None, got {got}; write dtype=… for a dtype")
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(f"{name}: padding_idx must be the number of one of the {num_embeddings} rows, got {padding_idx}")
            padding_idx %= num_embeddings
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        self.weight = init.normal_(Parameter(np.empty((num_embeddings, embedding_dim), dtype_of(dtype))), generator=generator)
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    def extra_repr(self) -> str:
        shown = super().extra_repr().split(", ")
        return ", ".join(part for part in shown if part.partition("=")[2] not in ("None", "False", "2.0"))

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, *args: Any, **kwargs: Any) -> Self:
        """A layer with this weight, (num_embeddings, embedding_dim), a copy; with freeze it is not trained.

        The other arguments are those of the class, from padding_idx or max_norm on; the row padding_idx stays as it is.
        """
        values = values_of(embeddings)
        if values.ndim != 2:
            raise errors.ShapeError(
                f"{cls.__name__}.from_pretrained: embeddings must have the shape (count, features), got {values.shape}"
            )
        make: Any = cls
        kwargs.setdefault("generator", 0)  # what it draws is replaced
        layer = make(*values.shape, *args, **kwargs)
        layer.weight = Parameter(values, requires_grad=not freeze)
        return layer


class Embedding(_Table):
    """A row of weight for each number: integers (…) -> (…, embedding_dim).

    weight               (num_embeddings, embedding_dim), normal
    padding_idx          the number of a row of zeros that is not trained, since it gets no gradient
    max_norm             rows that are longer, by the norm_type-norm, are cut to it when they are taken, in weight itself
    scale_grad_by_freq   divide the gradient of each row by how often it was taken

    >>> import nn
    >>> nn.Embedding(10, 3)([[1, 2], [4, 9]]).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self._set_up(
            num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, dtype, generator
        )

    def forward(self, x: Operand) -> Tensor:
        return functional.embedding(x, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)


class EmbeddingBag(_Table):
    """The sum, mean or maximum of the rows of each bag of numbers: (bags, numbers), or (many,) with offsets -> (bags, features).

    weight                (num_embeddings, embedding_dim), normal
    mode                  "sum", "mean" or "max"
    include_last_offset   the last offset is the end of the last bag, and not the beginning of one
    padding_idx           the number of a row that is left out

    max_norm, norm_type and scale_grad_by_freq as in Embedding. Called with (input, offsets, per_sample_weights): the offsets say
    where in an input of one axis each bag begins, the weights, of input's shape, what each row is multiplied by, in a sum.

    >>> import numpy as np, nn
    >>> nn.EmbeddingBag(10, 3, mode="sum")(np.array([1, 2, 4, 5]), np.array([0, 3])).shape
    (2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: Literal["sum", "mean", "max"] = "mean",
        sparse: bool = False,
        *,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        if mode not in ("sum", "mean", "max"):
            raise ValueError(f"EmbeddingBag: mode must be 'sum', 'mean' or 'max', got {mode!r}")
        self._set_up(
            num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, dtype, generator
        )
        self.mode, self.include_last_offset = mode, include_last_offset

    def forward(self, x: Operand, offsets: Operand | None = None, per_sample_weights: Any = None) -> Tensor:
        out: Any = functional.embedding_bag(
            x,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            False,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )
        return out

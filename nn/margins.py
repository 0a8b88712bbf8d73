"""Losses that ask for a margin, as Modules: between scores, between distances, between a score and a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.losses import Loss

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Reduction


class MarginRankingLoss(Loss):
    """max(0, margin - y (x1 - x2)), averaged: called with (x1, x2, y), where y is 1 if x1 is to be greater, else -1.

    >>> import numpy as np, nn
    >>> nn.MarginRankingLoss(reduction="none")(np.array([1.0, 1.0]), np.array([0.0, 3.0]), np.array([1, 1]))
    array([0., 2.])
    """

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, x1: Any, x2: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.margin_ranking_loss(x1, x2, y, self.margin, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class HingeEmbeddingLoss(Loss):
    """x for y = 1 and max(0, margin - x) for y = -1, averaged: distances x, of what is alike and what is not.

    >>> import numpy as np, nn
    >>> nn.HingeEmbeddingLoss(reduction="none")(np.array([0.5, 0.75]), np.array([1, -1]))
    array([0.5 , 0.25])
    """

    def __init__(self, margin: float = 1.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, x: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.hinge_embedding_loss(x, y, self.margin, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class SoftMarginLoss(Loss):
    """ln(1 + e^(-y x)) for targets y of 1 and -1, averaged.

    >>> import numpy as np, nn
    >>> float(nn.SoftMarginLoss()(np.array([0.0, 0.0]), np.array([1, -1])).round(4))   # ln 2
    0.6931
    """

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)

    def forward(self, x: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.soft_margin_loss(x, y, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class CosineEmbeddingLoss(Loss):
    """1 - cos for y = 1 and max(0, cos - margin) for y = -1, averaged: called with (x1, x2, y), vectors (n, features), y (n,).

    >>> import numpy as np, nn
    >>> nn.CosineEmbeddingLoss(reduction="none")(np.eye(2), np.ones((2, 2)), np.array([1, -1])).round(3)
    array([0.293, 0.707])
    """

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, x1: Any, x2: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.cosine_embedding_loss(x1, x2, y, self.margin, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class TripletMarginLoss(Loss):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), averaged, with the `pairwise_distance` d of p and eps.

    swap   take d(positive, negative) instead of d(anchor, negative) where it is less

    >>> import numpy as np, nn
    >>> anchor, positive, negative = np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 5.5]])
    >>> float(nn.TripletMarginLoss()(anchor, positive, negative).round(3))   # 5 - 5.5 + 1
    0.5
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, *, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction)
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:  # type: ignore[override]
        return functional.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class TripletMarginWithDistanceLoss(Loss):
    """TripletMarginLoss with a distance of one's own, a function of two arrays; by default `pairwise_distance`.

    >>> import numpy as np, nn
    >>> farthest = lambda a, b: np.max(np.abs(a - b), axis=-1)
    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=farthest)
    >>> float(loss(np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 2.5]])))   # 4 - 2.5 + 1
    2.5
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(reduction)
        self.distance_function, self.margin, self.swap = distance_function, margin, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:  # type: ignore[override]
        return functional.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class MultiMarginLoss(Loss):
    """Σᵢ max(0, margin - x[y] + x[i])ᵖ / classes over all classes i but the right one, y, averaged.

    Scores (n, classes), and class numbers (n,); `weight`, (classes,), is what rows with that right class count.

    >>> import numpy as np, nn
    >>> float(nn.MultiMarginLoss()(np.array([[0.0, 2.0]]), np.array([0])))   # (1 - 0 + 2) / 2
    1.5
    """

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: ArrayLike | None = None, *, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction)
        self.p, self.margin, self.weight = p, margin, weight

    def forward(self, x: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.multi_margin_loss(x, y, self.p, self.margin, self.weight, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class MultiLabelMarginLoss(Loss):
    """Σ max(0, 1 - (x[y] - x[i])) / classes over all right classes y and all others, i, averaged.

    Scores (n, classes), and numbers of that shape: those of the right classes, then -1.

    >>> import numpy as np, nn
    >>> float(nn.MultiLabelMarginLoss()(np.array([[0.0, 2.0]]), np.array([[0, -1]])))   # (1 - (0 - 2)) / 2
    1.5
    """

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)

    def forward(self, x: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.multilabel_margin_loss(x, y, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class MultiLabelSoftMarginLoss(Loss):
    """The binary cross entropy of sigmoid(x), averaged over classes and rows: scores and targets in [0, 1], (n, classes).

    >>> import numpy as np, nn
    >>> float(nn.MultiLabelSoftMarginLoss()(np.zeros((1, 3)), np.eye(3)[:1]).round(4))   # ln 2
    0.6931
    """

    def __init__(self, weight: ArrayLike | None = None, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.weight = weight

    def forward(self, x: Any, y: Any) -> Any:  # type: ignore[override]
        return functional.multilabel_soft_margin_loss(x, y, self.weight, reduction=self.reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]

"""Losses as Modules: `loss = nn.BCELoss(); loss(prediction, target)`. The functions are in `nn.functional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import Module

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Operand, Reduction, X


class Loss(Module):
    """What all losses have: `reduction` is "mean", "sum" or "none"."""

    reductions: tuple[str, ...] = ("mean", "sum", "none")

    def __init__(self, reduction: Any = "mean") -> None:
        if reduction not in self.reductions:
            *most, last = map(repr, self.reductions)
            raise ValueError(f"{type(self).__name__}: reduction must be {', '.join(most)} or {last}, got {reduction!r}")
        self.reduction = reduction

    if TYPE_CHECKING:

        def forward(self, prediction: X, target: Operand) -> X: ...

        __call__ = forward  # type: ignore[assignment]  # without it, mypy does not see through a generic `forward`


class _WeightedLoss(Loss):
    def __init__(self, weight: ArrayLike | None = None, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.weight = weight


class MSELoss(Loss):
    """(prediction - target)², averaged.

    >>> import numpy as np, nn
    >>> float(nn.MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    4.5
    """

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.mse_loss(prediction, target, self.reduction)


class L1Loss(Loss):
    """|prediction - target|, averaged.

    >>> import numpy as np, nn
    >>> float(nn.L1Loss()(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    1.5
    """

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.l1_loss(prediction, target, self.reduction)


class HuberLoss(Loss):
    """½ d² if |d| ≤ delta, else delta (|d| - ½ delta), for d = prediction - target, averaged.

    >>> import numpy as np, nn
    >>> nn.HuberLoss("none")(np.array([0.5, 3.0]), np.zeros(2))
    array([0.125, 2.5  ])
    """

    def __init__(self, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.huber_loss(prediction, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """½ d² / beta if |d| < beta, else |d| - ½ beta, for d = prediction - target, averaged.

    >>> import numpy as np, nn
    >>> nn.SmoothL1Loss(reduction="none")(np.array([0.5, 3.0]), np.zeros(2))
    array([0.125, 2.5  ])
    """

    def __init__(self, *, reduction: Reduction = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.smooth_l1_loss(prediction, target, self.reduction, self.beta)


class BCELoss(_WeightedLoss):
    """Binary cross entropy of probabilities and targets in [0, 1]; `weight` goes with each element.

    >>> import numpy as np, nn
    >>> float(nn.BCELoss()(np.array([0.5, 0.5]), np.array([0.0, 1.0])).round(4))
    0.6931
    """

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.binary_cross_entropy(prediction, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """Binary cross entropy of sigmoid(logits); `weight` goes with each element, `pos_weight` with the targets 1.

    >>> import numpy as np, nn
    >>> float(nn.BCEWithLogitsLoss()(np.array([0.0, 0.0]), np.array([1.0, 0.0])).round(4))   # ln 2
    0.6931
    """

    def __init__(
        self, weight: ArrayLike | None = None, reduction: Reduction = "mean", pos_weight: ArrayLike | None = None
    ) -> None:
        super().__init__(weight, reduction)
        self.pos_weight = pos_weight

    def forward(self, logits: X, target: Operand) -> X:
        return functional.binary_cross_entropy_with_logits(logits, target, self.weight, self.reduction, self.pos_weight)


class NLLLoss(_WeightedLoss):
    """-log_probabilities at the right class, averaged: (n, classes, …) and class numbers (n, …).

    weight         (classes,): what each class counts
    ignore_index   a class number whose rows do not count; None for none

    >>> import numpy as np, nn
    >>> chances = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> float(nn.NLLLoss(reduction="sum")(np.log(chances), np.array([0, 0])).round(4))   # ln 2 + ln 4
    2.0794
    """

    def __init__(
        self, weight: ArrayLike | None = None, *, ignore_index: int | None = -100, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, log_probabilities: X, target: Operand) -> X:
        return functional.nll_loss(
            log_probabilities, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class CrossEntropyLoss(NLLLoss):
    """-ln softmax(scores) at the right class, averaged: scores (n, classes, …), and class numbers (n, …) or probabilities.

    weight            (classes,): what each class counts
    ignore_index      a class number whose rows do not count; None for none. If no row is left, there is no mean: ValueError
    label_smoothing   the part of each target, from 0 to 1, that is spread evenly over all classes

    >>> import numpy as np, nn
    >>> scores = np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    >>> float(nn.CrossEntropyLoss()(scores, np.array([0, 2])).round(4))
    0.2395
    >>> float(nn.CrossEntropyLoss()(np.zeros((1, 4)), np.array([3])).round(4))   # ln 4
    1.3863
    """

    def __init__(
        self,
        weight: ArrayLike | None = None,
        *,
        ignore_index: int | None = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, ignore_index=ignore_index, reduction=reduction)
        self.label_smoothing = label_smoothing

    def forward(self, scores: X, target: Operand) -> X:
        return functional.cross_entropy(
            scores,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )

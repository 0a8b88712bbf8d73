"""Losses that are -ln of a probability, as Modules: KLDivLoss, PoissonNLLLoss, GaussianNLLLoss, CTCLoss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.losses import Loss

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Operand, Reduction, X


class KLDivLoss(Loss):
    """target (ln target - prediction) for log-probabilities and probabilities, averaged over all elements.

    reduction    "batchmean" is the divergence: the sum, divided by the length of the first axis
    log_target   the target is ln of the probabilities as well

    >>> import numpy as np, nn
    >>> p, q = np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])
    >>> float(nn.KLDivLoss(reduction="batchmean")(np.log(q), p).round(4))
    0.1438
    """

    reductions = (*Loss.reductions, "batchmean")

    def __init__(self, *, reduction: Reduction | Literal["batchmean"] = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, prediction: X, target: Operand) -> X:
        return functional.kl_div(prediction, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(Loss):
    """e^x - t x for the logarithm x of an expected number and the number t that was counted, averaged.

    log_input   False: x is the expected number itself, and the loss x - t ln(x + eps)
    full        add ln t!, by Stirling's formula, for t > 1

    >>> import numpy as np, nn
    >>> float(nn.PoissonNLLLoss()(np.array([0.0]), np.array([2.0])))
    1.0
    """

    def __init__(self, log_input: bool = True, full: bool = False, *, eps: float = 1e-8, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, prediction: X, target: Operand) -> X:
        reduction: Any = self.reduction
        return functional.poisson_nll_loss(prediction, target, self.log_input, self.full, eps=self.eps, reduction=reduction)


class GaussianNLLLoss(Loss):
    """½ (ln v + (x - t)² / v) for a normal distribution with mean x and variance v = max(var, eps), averaged.

    full   add ½ ln 2π

    Called with (x, t, var); var has the shape of x, or 1 for its last axis, or is without it.

    >>> import numpy as np, nn
    >>> float(nn.GaussianNLLLoss()(np.array([1.0]), np.array([3.0]), np.array([4.0])).round(4))
    1.1931
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.full, self.eps = full, eps

    def forward(self, prediction: Any, target: Any, var: Any) -> Any:  # type: ignore[override]
        reduction: Any = self.reduction
        return functional.gaussian_nll_loss(prediction, target, var, self.full, self.eps, reduction=reduction)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]


class CTCLoss(Loss):
    """-ln of the probability of a sequence of labels, whose steps nobody knows; "mean" divides each by its length first.

    Called with (log_probs, targets, input_lengths, target_lengths), as `functional.ctc_loss`.

    zero_infinity   0 for a target that is too long for its steps, whose loss is infinite otherwise

    >>> import numpy as np, nn
    >>> ways = np.log(np.full((2, 1, 2), 0.5))  # two steps for one label: itself twice, or once and a blank
    >>> float(nn.CTCLoss()(ways, np.array([[1]]), np.array([2]), np.array([1])).round(4))
    0.2877
    """

    def __init__(self, blank: int = 0, reduction: Reduction = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:  # type: ignore[override]
        reduction: Any = self.reduction
        return functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, self.blank, reduction, self.zero_infinity)

    if TYPE_CHECKING:
        __call__ = forward  # type: ignore[assignment]

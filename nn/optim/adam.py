"""Adam and its relatives: AdamW, Adamax, NAdam, RAdam, with PyTorch's names and defaults."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nn.optim.optimizer import ANY, FRACTION, Optimizer, ascent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nn.types import Group, Parameters


class Adam(Optimizer):
    """Running means of the gradient and of its square, corrected for their start at 0: p ← p − lr · m̂ / (√v̂ + eps).

    m ← β₁ · m + (1 − β₁) · g, m̂ = m / (1 − β₁ⁿ); v likewise with β₂ and g². With `amsgrad`, v̂ is of the largest v so far;
    with `decoupled_weight_decay` it is AdamW. (Kingma and Ba 2015; Reddi, Kale and Kumar 2018.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = Adam([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.9, 1.9])
    """

    bounds = MappingProxyType({"lr": ANY, "betas": FRACTION, "eps": ANY, "weight_decay": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize,
                         decoupled_weight_decay=decoupled_weight_decay)  # fmt: skip

    def _check(self, group: Group) -> None:
        super()._check(group)
        self._check_pair(group, "betas")

    def slots(self, group: Group) -> Mapping[str, float]:
        return dict.fromkeys(("exp_avg", "exp_avg_sq", "max_exp_avg_sq") if group["amsgrad"] else ("exp_avg", "exp_avg_sq"), 0)

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        lr, (beta1, beta2), n = group["lr"], group["betas"], state["step"]
        m, v, _, t = moments(p, g, state, group, s, t)
        if group["amsgrad"]:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        # lr · m̂ / (√v̂ + eps), both corrections folded into the numbers: two passes fewer
        root = (1 - beta2**n) ** 0.5
        np.sqrt(v, out=t)
        t += group["eps"] * root
        np.divide(m, t, out=t)
        t *= lr * root / (1 - beta1**n)
        p -= t


class AdamW(Adam):
    """Adam whose weight decay is a step of its own, p ← p − lr · weight_decay · p, first. (Loshchilov and Hutter 2019.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = AdamW([p], lr=0.1, weight_decay=0.5)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.85, 1.8 ])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True)


class Adamax(Adam):
    """Adam with the largest gradient, which fades, in the place of the root: u ← max(β₂ · u, |g| + eps),  p ← p − lr · m̂ / u.

    (Kingma and Ba 2015.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = Adamax([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.9, 1.9])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        Optimizer.__init__(self, params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize)

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"exp_avg": 0, "exp_inf": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        g, m, u, (beta1, beta2) = ascent(p, g, group, s), state["exp_avg"], state["exp_inf"], group["betas"]
        t = np.subtract(g, m, out=t)
        t *= 1 - beta1
        m += t
        np.abs(g, out=t)
        t += group["eps"]
        u *= beta2
        np.maximum(u, t, out=u)
        np.divide(m, u, out=t)
        t *= group["lr"] / (1 - beta1 ** state["step"])
        p -= t


class NAdam(Adam):
    """Adam with Nesterov's look ahead: p ← p − lr · (μₙ₊₁ / (1 − Πμ μₙ₊₁) · m + (1 − μₙ) / (1 − Πμ) · g) / (√v̂ + eps).

    μₙ = β₁ (1 − ½ 0.96^(n · momentum_decay)), and Πμ is the product of those so far, `state[p]["mu_product"]`. (Dozat 2016.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = NAdam([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.8944, 1.8944])
    """

    bounds = MappingProxyType({**Adam.bounds, "momentum_decay": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        Optimizer.__init__(self, params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
                           decoupled_weight_decay=decoupled_weight_decay, maximize=maximize)  # fmt: skip

    def numbers(self, group: Group) -> dict[str, float]:
        return {"step": 0, "mu_product": 1.0}

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"exp_avg": 0, "exp_avg_sq": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        lr, n = group["lr"], state["step"]
        m, v, g, t = moments(p, g, state, group, s, t)
        np.divide(v, 1 - group["betas"][1] ** n, out=t)
        np.sqrt(t, out=t)
        t += group["eps"]
        mu, mu_next = _mu(group, n), _mu(group, n + 1)
        product = state["mu_product"] * mu
        for direction, factor in ((g, (1 - mu) / (1 - product)), (m, mu_next / (1 - product * mu_next))):
            s = np.multiply(direction, lr * factor, out=s)
            s /= t
            p -= s

    def after(self, state: dict[str, Any], group: Group) -> None:
        state["mu_product"] = state["mu_product"] * _mu(group, state["step"])


class RAdam(Adam):
    """Adam that begins with steps along m̂ alone, and goes over to its own, each times a factor r, once v̂ can be relied on.

    ρ = ρ∞ − 2 n β₂ⁿ / (1 − β₂ⁿ), ρ∞ = 2 / (1 − β₂) − 1; where ρ > 5, p ← p − lr · r · m̂ / (√v + eps) · √(1 − β₂ⁿ) with
    r² = (ρ − 4) (ρ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρ). (Liu et al. 2020.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = RAdam([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.8, 1.6])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        Optimizer.__init__(self, params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
                           decoupled_weight_decay=decoupled_weight_decay, maximize=maximize)  # fmt: skip

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"exp_avg": 0, "exp_avg_sq": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        (beta1, beta2), n = group["betas"], state["step"]
        m, v, _, t = moments(p, g, state, group, s, t)
        lr = group["lr"] / (1 - beta1**n)
        most = 2 / (1 - beta2) - 1
        length = most - 2 * n * beta2**n / (1 - beta2**n)
        if length > 5:
            trust = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
            np.sqrt(v, out=t)
            t += group["eps"]
            np.divide(m, t, out=t)
            t *= lr * (trust * (1 - beta2**n)) ** 0.5
        else:
            np.multiply(m, lr, out=t)
        p -= t


def moments(p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> tuple[Any, Any, Any, Any]:
    """The means m and v with this gradient in them, the gradient with its weight decay, and scratch."""
    beta1, beta2 = group["betas"]
    if group["decoupled_weight_decay"]:
        p *= 1 - group["lr"] * group["weight_decay"]
        g = np.negative(g, out=s) if group["maximize"] else g
    else:
        g = ascent(p, g, group, s)
    m, v = state["exp_avg"], state["exp_avg_sq"]
    t = np.subtract(g, m, out=t)
    t *= 1 - beta1
    m += t
    np.multiply(g, g, out=t)
    t *= 1 - beta2
    v *= beta2
    v += t
    return m, v, g, t


def _mu(group: Group, n: Any) -> Any:
    return group["betas"][0] * (1 - 0.5 * 0.96 ** (n * group["momentum_decay"]))

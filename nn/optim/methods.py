"""The optimizers: each is its options, the arrays that it keeps, and its arithmetic, with PyTorch's names and defaults."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nn.optim.optimizer import Optimizer, ascent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nn.types import Group, Parameters

ANY = (0, np.inf)
FRACTION = (0, 1)


class SGD(Optimizer):
    """Gradient descent, with momentum: b ← momentum · b + (1 − dampening) · g,  p ← p − lr · b.

    The first step has no dampening. With `nesterov`, p ← p − lr · (g + momentum · b). (Sutskever et al. 2013, as PyTorch has it.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([p], lr=0.25)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data
    array([0.5, 1. ])
    """

    bounds = MappingProxyType({"lr": ANY, "momentum": ANY, "weight_decay": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov,
                         maximize=maximize)  # fmt: skip

    def _check(self, group: Group) -> None:
        super()._check(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("SGD: nesterov needs a momentum above 0, and no dampening")

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"momentum_buffer": 0} if group["momentum"] else {}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        if group["weight_decay"] or group["maximize"]:
            g = ascent(p, g, group, s)
        if momentum := group["momentum"]:
            b = state["momentum_buffer"]
            b *= momentum
            if (dampening := group["dampening"]) and state["step"] > 1:
                b += np.multiply(g, 1 - dampening, out=t)
            else:
                b += g
            if group["nesterov"]:
                t = np.multiply(b, momentum, out=t)
                g = np.add(t, g, out=t)
            else:
                g = b
        p -= np.multiply(g, group["lr"], out=t)


class Adagrad(Optimizer):
    """Steps that shrink with all gradients so far: a ← a + g²,  p ← p − lr / (1 + (n − 1) · lr_decay) · g / (√a + eps).

    (Duchi, Hazan and Singer 2011.)
    """

    bounds = MappingProxyType({"lr": ANY, "lr_decay": ANY, "weight_decay": ANY, "initial_accumulator_value": ANY, "eps": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
                         initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize)  # fmt: skip

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"sum": group["initial_accumulator_value"]}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        g, a = ascent(p, g, group, s), state["sum"]
        t = np.multiply(g, g, out=t)
        a += t
        np.sqrt(a, out=t)
        t += group["eps"]
        np.divide(g, t, out=t)
        t *= group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        p -= t


class RMSprop(Optimizer):
    """Steps divided by the root of a running mean of squares: a ← alpha · a + (1 − alpha) · g²,  p ← p − lr · g / (√a + eps).

    `centered` takes √(a − m²), with m the running mean of g; `momentum` is of the quotients. (Hinton 2012, Graves 2013.)
    """

    bounds = MappingProxyType({"lr": ANY, "alpha": ANY, "eps": ANY, "weight_decay": ANY, "momentum": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered,
                         maximize=maximize)  # fmt: skip

    def slots(self, group: Group) -> Mapping[str, float]:
        names = ["square_avg", *["momentum_buffer"] * bool(group["momentum"]), *["grad_avg"] * bool(group["centered"])]
        return dict.fromkeys(names, 0)

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        g, a, alpha = ascent(p, g, group, s), state["square_avg"], group["alpha"]
        t = np.multiply(g, g, out=t)
        t *= 1 - alpha
        a *= alpha
        a += t
        if group["centered"]:
            m = state["grad_avg"]
            np.subtract(g, m, out=t)
            t *= 1 - alpha
            m += t
            np.multiply(m, m, out=t)
            np.subtract(a, t, out=t)
            np.maximum(t, 0, out=t)  # a variance; rounding makes it negative if gradients stay the same
            np.sqrt(t, out=t)
        else:
            np.sqrt(a, out=t)
        t += group["eps"]
        np.divide(g, t, out=t)
        if momentum := group["momentum"]:
            b = state["momentum_buffer"]
            b *= momentum
            b += t
            np.multiply(b, group["lr"], out=t)
        else:
            t *= group["lr"]
        p -= t


class Adam(Optimizer):
    """Running means of the gradient and of its square, corrected for their start at 0: p ← p − lr · m̂ / (√v̂ + eps).

    m ← β₁ · m + (1 − β₁) · g, m̂ = m / (1 − β₁ⁿ); v likewise with β₂ and g². With `amsgrad`, v̂ is of the largest v so far.
    (Kingma and Ba 2015; Reddi, Kale and Kumar 2018.)
    """

    bounds = MappingProxyType({"lr": ANY, "betas": FRACTION, "eps": ANY, "weight_decay": ANY})
    decoupled = False

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
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize)

    def _check(self, group: Group) -> None:
        super()._check(group)
        if not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2:
            raise ValueError(f"{type(self).__name__}: betas must be two numbers, got {group['betas']}")

    def slots(self, group: Group) -> Mapping[str, float]:
        return dict.fromkeys(("exp_avg", "exp_avg_sq", "max_exp_avg_sq") if group["amsgrad"] else ("exp_avg", "exp_avg_sq"), 0)

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        lr, (beta1, beta2), n = group["lr"], group["betas"], state["step"]
        if self.decoupled:
            p *= 1 - lr * group["weight_decay"]
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
    """Adam whose weight decay is a step of its own, p ← p − lr · weight_decay · p, first. (Loshchilov and Hutter 2019.)"""

    decoupled = True

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
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

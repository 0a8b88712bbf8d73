"""Descent along the gradient itself, or its sign: SGD, its averaged form ASGD, and Rprop, with PyTorch's names and defaults.

Each optimizer is its options, the arrays that it keeps, and its arithmetic.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nn.optim.optimizer import ANY, Optimizer, ascent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nn.types import Group, Parameters


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


class ASGD(Optimizer):
    """SGD that also keeps the mean of the parameters on their way: p ← (1 − lambd · eta) · p − eta · g,  ax ← ax + mu · (p − ax).

    eta = lr / (1 + lambd · lr · n)^alpha falls with the steps n, mu = 1 / max(1, n − t0): until step t0 the mean, which is in
    `state[p]["ax"]`, is p itself. (Polyak and Juditsky 1992.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = ASGD([p], lr=0.25, lambd=0.0)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.5, 1. ])
    """

    bounds = MappingProxyType({"lr": ANY, "weight_decay": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay, maximize=maximize)

    def numbers(self, group: Group) -> dict[str, float]:
        return {"step": 0, "eta": group["lr"], "mu": 1.0}

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"ax": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        eta, mean = state["eta"], state["ax"]
        g = ascent(p, g, group, s)
        p *= 1 - group["lambd"] * eta
        p -= np.multiply(g, eta, out=t)
        if (mu := state["mu"]) == 1:
            mean[...] = p
        else:
            t = np.subtract(p, mean, out=t)
            t *= mu
            mean += t

    def after(self, state: dict[str, Any], group: Group) -> None:
        lr, n = group["lr"], state["step"]
        state["eta"] = lr / (1 + group["lambd"] * lr * n) ** group["alpha"]
        past = n - group["t0"]
        state["mu"] = 1 / past if past > 1 else 1.0


class Rprop(Optimizer):
    """Steps of a length of their own for each element, which grows while the sign of the gradient stays: p ← p − length · sign g.

    etas         the factors of the length after a change of sign, and after none
    step_sizes   the least and the greatest length; the first one is lr

    After a change of sign an element stays where it is for a step. (Riedmiller and Braun 1993.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = Rprop([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.9, 1.9])
    """

    bounds = MappingProxyType({"lr": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, etas=etas, step_sizes=step_sizes, maximize=maximize)

    def _check(self, group: Group) -> None:
        super()._check(group)
        for option in ("etas", "step_sizes"):
            self._check_pair(group, option)
        if not 0 < group["etas"][0] < 1 < group["etas"][1]:
            raise ValueError(f"Rprop: etas must be a number between 0 and 1 and one above 1, got {group['etas']}")

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"prev": 0, "step_size": group["lr"]}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        before, length, (shorter, longer) = state["prev"], state["step_size"], group["etas"]
        g = np.negative(g, out=s) if group["maximize"] else g
        t = np.multiply(g, before, out=t)
        length *= np.where(t > 0, longer, np.where(t < 0, shorter, np.ones_like(t)))
        np.clip(length, *group["step_sizes"], out=length)
        before[...] = np.where(t < 0, np.zeros_like(t), g)
        t = np.sign(before, out=t)
        t *= length
        p -= t

"""Steps divided by what the squares of the gradients have been: Adagrad, RMSprop, Adadelta, with PyTorch's names and defaults."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nn.optim.optimizer import ANY, Optimizer, ascent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nn.types import Group, Parameters


class Adagrad(Optimizer):
    """Steps that shrink with all gradients so far: a ← a + g²,  p ← p − lr / (1 + (n − 1) · lr_decay) · g / (√a + eps).

    (Duchi, Hazan and Singer 2011.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = Adagrad([p], lr=0.1)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.9, 1.9])
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

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = RMSprop([p], lr=0.1, alpha=0.75)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.8, 1.8])
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


class Adadelta(Optimizer):
    """RMSprop whose learning rate is the running size of its own steps: d = √(u + eps) / √(v + eps) · g,  p ← p − lr · d.

    v ← rho · v + (1 − rho) · g² before it, u ← rho · u + (1 − rho) · d² after it. (Zeiler 2012.)

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = Adadelta([p], lr=1.0, eps=1e-2)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data.round(4)
    array([0.6877, 1.6848])
    """

    bounds = MappingProxyType({"lr": ANY, "eps": ANY, "weight_decay": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize)

    def _check(self, group: Group) -> None:
        super()._check(group)
        if not 0 <= group["rho"] <= 1:
            raise ValueError(f"Adadelta: rho must be from 0 to 1, got {group['rho']}")

    def slots(self, group: Group) -> Mapping[str, float]:
        return {"square_avg": 0, "acc_delta": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        g, v, u, rho, eps = ascent(p, g, group, s), state["square_avg"], state["acc_delta"], group["rho"], group["eps"]
        t = np.multiply(g, g, out=t)
        t *= 1 - rho
        v *= rho
        v += t
        np.add(v, eps, out=t)
        d = np.sqrt((u + eps) / t) * g
        np.multiply(d, d, out=t)
        t *= 1 - rho
        u *= rho
        u += t
        p -= np.multiply(d, group["lr"], out=t)

"""The types of nn.optim."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

from autograd_core import Array, Tensor

__all__: list[str]

Group: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Iterable[Tensor | Group]

class Optimizer:
    bounds: ClassVar[Mapping[str, tuple[float, float]]]
    defaults: dict[str, Any]
    state: dict[Tensor, dict[str, Any]]
    param_groups: list[Group]
    def __init__(self, params: Parameters, **defaults: Any) -> None: ...
    def slots(self, group: Group) -> Mapping[str, float]: ...
    def update(self, p: Array, g: Array, state: dict[str, Any], group: Group, s: Array, t: Array) -> None: ...
    def add_param_group(self, group: Group) -> None: ...
    def zero_grad(self) -> None: ...
    def step(self) -> None: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None: ...

class SGD(Optimizer):
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
    ) -> None: ...

class Adagrad(Optimizer):
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
    ) -> None: ...

class RMSprop(Optimizer):
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
    ) -> None: ...

class Adam(Optimizer):
    decoupled: ClassVar[bool]
    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = ...,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None: ...

class AdamW(Adam): ...

def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float: ...
def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None: ...

class _Schedule:
    optimizer: Optimizer
    base_lrs: list[float]
    last_epoch: int
    def step(self) -> None: ...
    def next_lr(self, lr: float, start: float) -> float: ...
    def get_last_lr(self) -> list[float]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None: ...

class StepLR(_Schedule):
    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None: ...

class ExponentialLR(_Schedule):
    def __init__(self, optimizer: Optimizer, gamma: float) -> None: ...

class CosineAnnealingLR(_Schedule):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None: ...

"""The types of nn.functional: `X` is a Tensor for a Tensor, an array for an array. The operands beside it decide nothing."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import Array, Operand, Reduction, Tensor
from autograd_core import elu as elu
from autograd_core import gelu as gelu
from autograd_core import leaky_relu as leaky_relu
from autograd_core import linear as linear
from autograd_core import relu as relu
from autograd_core import sigmoid as sigmoid
from autograd_core import silu as silu

__all__: list[str]

X = TypeVar("X", Tensor, Array, Tensor | Array)
Pair: TypeAlias = int | tuple[int, int] | list[int]
Padding: TypeAlias = Pair | Literal["same", "valid"]
Generator: TypeAlias = np.random.Generator | int | np.integer[Any] | None

class _Elementwise(Protocol):
    def __call__(self, x: X, /) -> X: ...

tanh: _Elementwise

def softmax(input: X, dim: int = -1) -> X: ...
def log_softmax(input: X, dim: int = -1) -> X: ...
def softplus(input: X, beta: float = 1.0) -> X: ...

# Layers
@overload
def conv2d(
    input: Tensor, weight: Tensor | Array, bias: Tensor | Array | None = None, stride: Pair = 1, padding: Padding = 0
) -> Tensor: ...
@overload
def conv2d(input: Array, weight: X, bias: X | None = None, stride: Pair = 1, padding: Padding = 0) -> X: ...
def max_pool2d(input: X, kernel_size: Pair, stride: Pair | None = None, padding: Padding = 0) -> X: ...
def avg_pool2d(input: X, kernel_size: Pair, stride: Pair | None = None, padding: Padding = 0) -> X: ...
def batch_norm(
    input: X,
    running_mean: Tensor | Array | None = None,
    running_var: Tensor | Array | None = None,
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> X: ...
def layer_norm(
    input: X,
    normalized_shape: Sequence[int],
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    eps: float = 1e-5,
) -> X: ...
def dropout(input: X, p: float = 0.5, training: bool = True, generator: Generator = None) -> X: ...
def embedding(input: Operand, weight: X) -> X: ...
def flatten(input: X, start_dim: int = 0, end_dim: int = -1) -> X: ...
def one_hot(tensor: Operand, num_classes: int | None = None) -> NDArray[np.int64]: ...

# Losses
def mse_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X: ...
def l1_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X: ...
def huber_loss(input: X, target: Operand, reduction: Reduction = "mean", delta: float = 1.0) -> X: ...
def binary_cross_entropy(input: X, target: Operand, weight: ArrayLike | None = None, reduction: Reduction = "mean") -> X: ...
def binary_cross_entropy_with_logits(
    input: X,
    target: Operand,
    weight: ArrayLike | None = None,
    reduction: Reduction = "mean",
    pos_weight: ArrayLike | None = None,
) -> X: ...
def cross_entropy(
    input: X,
    target: Operand,
    weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> X: ...
def nll_loss(
    input: X,
    target: Operand,
    weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> X: ...

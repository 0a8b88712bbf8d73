"""The functions of the layers and losses, under PyTorch's names: on Tensors and on plain arrays."""

from autograd_core import elu, gelu, leaky_relu, linear, relu, sigmoid, silu
from nn.functional.activations import log_softmax, softmax, softplus, tanh
from nn.functional.attention import scaled_dot_product_attention
from nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    huber_loss,
    l1_loss,
    mse_loss,
    nll_loss,
)
from nn.functional.normalization import batch_norm, layer_norm
from nn.functional.selection import dropout, embedding, flatten, one_hot
from nn.functional.windows import avg_pool2d, conv2d, max_pool2d

__all__ = [
    "elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh",
    "avg_pool2d", "batch_norm", "conv2d", "dropout", "embedding", "flatten", "layer_norm", "linear", "max_pool2d", "one_hot",
    "scaled_dot_product_attention",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber_loss", "l1_loss", "mse_loss", "nll_loss",
]  # fmt: skip

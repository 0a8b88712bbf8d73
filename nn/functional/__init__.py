"""The functions of the layers and losses, under PyTorch's names: on Tensors and on plain arrays."""

from autograd_core import elu, gelu, leaky_relu, linear, relu, sigmoid, silu
from nn.functional.activations import log_softmax, softmax, softplus, tanh
from nn.functional.adaptive_pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
)
from nn.functional.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    fold,
    unfold,
)
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
from nn.functional.padding import pad
from nn.functional.pooling import (
    avg_pool1d,
    avg_pool2d,
    lp_pool1d,
    lp_pool2d,
    max_pool1d,
    max_pool2d,
    max_unpool1d,
    max_unpool2d,
)
from nn.functional.resizing import interpolate, pixel_shuffle, pixel_unshuffle, upsample
from nn.functional.selection import dropout, embedding, flatten, one_hot

__all__ = [
    "elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh",
    "batch_norm", "dropout", "embedding", "flatten", "layer_norm", "linear", "one_hot",
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "fold", "unfold",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d",
    "lp_pool1d", "lp_pool2d", "max_pool1d", "max_pool2d", "max_unpool1d", "max_unpool2d",
    "interpolate", "pad", "pixel_shuffle", "pixel_unshuffle", "upsample",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber_loss", "l1_loss", "mse_loss", "nll_loss",
]  # fmt: skip

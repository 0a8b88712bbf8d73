"""The functions of the layers and losses, under PyTorch's names: on Tensors and on plain arrays."""

from autograd_core import linear, sigmoid
from nn.functional.activations import (
    elu,
    gelu,
    glu,
    gumbel_softmax,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    prelu,
    relu,
    rrelu,
    silu,
    softmax,
    softmin,
    softplus,
    tanh,
)
from nn.functional.adaptive_pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
)
from nn.functional.attention import scaled_dot_product_attention
from nn.functional.classes import (
    cross_entropy,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    nll_loss,
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
from nn.functional.ctc import ctc_loss
from nn.functional.distances import bilinear, cosine_similarity, normalize, pairwise_distance
from nn.functional.dropout import alpha_dropout, dropout, dropout1d, dropout2d, dropout3d, feature_alpha_dropout
from nn.functional.embedding import embedding, embedding_bag
from nn.functional.likelihoods import gaussian_nll_loss, kl_div, poisson_nll_loss
from nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from nn.functional.margins import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    soft_margin_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from nn.functional.normalization import batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm
from nn.functional.padding import pad
from nn.functional.piecewise import (
    celu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    relu6,
    selu,
    softshrink,
    softsign,
    tanhshrink,
    threshold,
)
from nn.functional.pooling import (
    avg_pool1d,
    avg_pool2d,
    lp_pool1d,
    lp_pool2d,
    max_pool1d,
    max_pool2d,
)
from nn.functional.resizing import interpolate, pixel_shuffle, pixel_unshuffle, upsample
from nn.functional.selection import one_hot
from nn.functional.shaping import channel_shuffle, flatten, unflatten
from nn.functional.suited import suit as _suit
from nn.functional.unpooling import max_unpool1d, max_unpool2d
from nn.missing import missing as _missing

__all__ = [
    "elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh",
    "celu", "glu", "gumbel_softmax", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "logsigmoid", "mish", "prelu", "relu6",
    "rrelu", "selu", "softmin", "softshrink", "softsign", "tanhshrink", "threshold",
    "batch_norm", "dropout", "embedding", "flatten", "layer_norm", "linear", "one_hot",
    "alpha_dropout", "bilinear", "channel_shuffle", "cosine_similarity", "dropout1d", "dropout2d", "dropout3d", "embedding_bag",
    "feature_alpha_dropout", "group_norm", "instance_norm", "local_response_norm", "normalize", "pairwise_distance", "rms_norm",
    "unflatten",
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "fold", "unfold",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d",
    "lp_pool1d", "lp_pool2d", "max_pool1d", "max_pool2d", "max_unpool1d", "max_unpool2d",
    "interpolate", "pad", "pixel_shuffle", "pixel_unshuffle", "upsample",
    "scaled_dot_product_attention",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber_loss", "l1_loss", "mse_loss", "nll_loss",
    "cosine_embedding_loss", "ctc_loss", "gaussian_nll_loss", "hinge_embedding_loss", "kl_div", "margin_ranking_loss",
    "multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss", "poisson_nll_loss", "smooth_l1_loss",
    "soft_margin_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss",
]  # fmt: skip

_suit(globals(), __all__)

__getattr__ = _missing("nn.functional", "function")

"""Neural networks of Tensors, under PyTorch's names and conventions.

    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    loss = nn.BCELoss()(net(x), y)
    loss.backward()

`nn.functional` has the functions of the layers, `nn.init` initial values, `nn.optim` optimizers, `nn.utils` tools for parameters
and gradients, `nn.data` batches and data sets; `nn.save` and `nn.load` keep a model in a file.

Parameters are float64, as NumPy's numbers are; every layer takes `dtype=`, `model.float()` and `model.to(dtype)` change it, and
`nn.set_default_dtype(np.float32)` sets it for all. (PyTorch's are float32.)
"""

__extends_autograd_core__ = True  # messages name the caller's lines; for `capture`, the code here is never replaced

from nn import data, functional, init, optim, utils
from nn.activations import ELU, GELU, Identity, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.attention import MultiheadAttention
from nn.containers import ModuleDict, ModuleList, Sequential
from nn.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Fold,
    Unfold,
)
from nn.distances import CosineSimilarity, PairwiseDistance
from nn.dropout import AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout
from nn.dtypes import get_default_dtype, set_default_dtype
from nn.embedding import Embedding, EmbeddingBag
from nn.gates import GLU, LogSigmoid, Mish, PReLU, RReLU, Softmax2d, Softmin
from nn.lazy import (
    LazyBatchNorm1d,
    LazyBatchNorm2d,
    LazyBatchNorm3d,
    LazyConv1d,
    LazyConv2d,
    LazyConv3d,
    LazyInstanceNorm1d,
    LazyInstanceNorm2d,
    LazyInstanceNorm3d,
    LazyLinear,
)
from nn.likelihoods import CTCLoss, GaussianNLLLoss, KLDivLoss, PoissonNLLLoss
from nn.linear import Bilinear, Linear
from nn.losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss, NLLLoss, SmoothL1Loss
from nn.margins import (
    CosineEmbeddingLoss,
    HingeEmbeddingLoss,
    MarginRankingLoss,
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    SoftMarginLoss,
    TripletMarginLoss,
    TripletMarginWithDistanceLoss,
)
from nn.missing import missing as _missing
from nn.module import Buffer, Module, Parameter
from nn.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    LocalResponseNorm,
    RMSNorm,
)
from nn.padding import (
    CircularPad1d,
    CircularPad2d,
    ConstantPad1d,
    ConstantPad2d,
    ConstantPad3d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReplicationPad1d,
    ReplicationPad2d,
    ZeroPad1d,
    ZeroPad2d,
    ZeroPad3d,
)
from nn.parameter_containers import ParameterDict, ParameterList
from nn.piecewise import (
    CELU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    ReLU6,
    Softshrink,
    Softsign,
    Tanhshrink,
    Threshold,
)
from nn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    LPPool1d,
    LPPool2d,
    MaxPool1d,
    MaxPool2d,
    MaxUnpool1d,
    MaxUnpool2d,
)
from nn.random import manual_seed
from nn.recurrent import GRU, LSTM, RNN
from nn.recurrent_cells import GRUCell, LSTMCell, RNNCell
from nn.resizing import PixelShuffle, PixelUnshuffle, Upsample, UpsamplingBilinear2d, UpsamplingNearest2d
from nn.saving import load, save
from nn.shaping import ChannelShuffle, Flatten, Unflatten
from nn.transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from nn.utils.stateless import functional_call

__all__ = [
    "Buffer", "Module", "ModuleDict", "ModuleList", "Parameter", "ParameterDict", "ParameterList", "Sequential",
    "BatchNorm1d", "BatchNorm2d", "Dropout", "Embedding", "Flatten", "LayerNorm", "Linear",
    "GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell",
    "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Fold", "Unfold",
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AvgPool1d", "AvgPool2d", "LPPool1d",
    "LPPool2d", "MaxPool1d", "MaxPool2d", "MaxUnpool1d", "MaxUnpool2d",
    "CircularPad1d", "CircularPad2d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d", "ReflectionPad1d", "ReflectionPad2d",
    "ReplicationPad1d", "ReplicationPad2d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d",
    "PixelShuffle", "PixelUnshuffle", "Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d",
    "MultiheadAttention", "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer",
    "ELU", "GELU", "Identity", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
    "AlphaDropout", "BatchNorm3d", "Bilinear", "ChannelShuffle", "CosineSimilarity", "Dropout1d", "Dropout2d", "Dropout3d",
    "EmbeddingBag", "FeatureAlphaDropout", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d",
    "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyBatchNorm3d", "LazyConv1d", "LazyConv2d", "LazyConv3d", "LazyInstanceNorm1d",
    "LazyInstanceNorm2d", "LazyInstanceNorm3d", "LazyLinear", "LocalResponseNorm", "PairwiseDistance", "RMSNorm", "Unflatten",
    "CELU", "GLU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LogSigmoid", "Mish", "PReLU", "RReLU", "ReLU6", "SELU",
    "Softmax2d", "Softmin", "Softshrink", "Softsign", "Tanhshrink", "Threshold",
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss", "MSELoss", "NLLLoss",
    "CTCLoss", "CosineEmbeddingLoss", "GaussianNLLLoss", "HingeEmbeddingLoss", "KLDivLoss", "MarginRankingLoss",
    "MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "MultiMarginLoss", "PoissonNLLLoss", "SmoothL1Loss", "SoftMarginLoss",
    "TripletMarginLoss", "TripletMarginWithDistanceLoss",
    "data", "functional", "functional_call", "get_default_dtype", "init", "load", "manual_seed", "optim", "save",
    "set_default_dtype", "utils",
]  # fmt: skip

__getattr__ = _missing("nn", "layer, loss or function")

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
from nn.convolution import AvgPool2d, Conv2d, MaxPool2d
from nn.dtypes import get_default_dtype, set_default_dtype
from nn.linear import Embedding, Flatten, Linear
from nn.losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss, NLLLoss
from nn.module import Buffer, Module, Parameter
from nn.normalization import BatchNorm1d, BatchNorm2d, Dropout, LayerNorm
from nn.parameter_containers import ParameterDict, ParameterList
from nn.random import manual_seed
from nn.saving import load, save
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
    "AvgPool2d", "BatchNorm1d", "BatchNorm2d", "Conv2d", "Dropout", "Embedding", "Flatten", "LayerNorm", "Linear", "MaxPool2d",
    "MultiheadAttention", "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer",
    "ELU", "GELU", "Identity", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss", "MSELoss", "NLLLoss",
    "data", "functional", "functional_call", "get_default_dtype", "init", "load", "manual_seed", "optim", "save",
    "set_default_dtype", "utils",
]  # fmt: skip

"""`torch.nn.init`: initial values, those of `nn.init`."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.boundary import inside as _inside

globals().update(
    {name: _inside(value) for name, value in vars(_nn.init).items() if name.endswith("_") and name[0] != "_" and callable(value)}
)
calculate_gain = _nn.init.calculate_gain

__getattr__ = _wrapping.refuses(__name__)

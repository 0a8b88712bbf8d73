"""`torch.optim.lr_scheduler`: the schedules of nn. They know no Tensors, so they are nn's own."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping

_module = getattr(_nn.optim, "lr_scheduler", _nn.optim)
globals().update(
    {name: value for name, value in vars(_module).items()
     if isinstance(value, type) and name[0] != "_" and not issubclass(value, _nn.optim.Optimizer)}
)  # fmt: skip

__getattr__ = _wrapping.refuses(__name__)

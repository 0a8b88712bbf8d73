"""`torch.optim.swa_utils`: averaged weights, as nn has them."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.nn import _face

_module = getattr(_nn.optim, "swa_utils", None)
if _module is not None:
    globals().update(_wrapping.wrapped(_wrapping.public(_module), _face))

__getattr__ = _wrapping.refuses(__name__)

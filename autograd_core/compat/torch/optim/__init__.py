"""`torch.optim`: the optimizers of `nn.optim`."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping


def _face(kind):
    return _wrapping.face_of_class(kind, __name__) if issubclass(kind, _nn.optim.Optimizer) else kind


globals().update(_wrapping.wrapped(_wrapping.public(_nn.optim), _face))

from autograd_core.compat.torch.optim import lr_scheduler as lr_scheduler  # noqa: E402
from autograd_core.compat.torch.optim import swa_utils as swa_utils  # noqa: E402

__getattr__ = _wrapping.refuses(__name__)

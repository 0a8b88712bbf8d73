"""`torch.nn.utils`: what nn has of it."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.boundary import inside as _inside
from autograd_core.compat.torch.creation import tensor as _tensor

globals().update(
    {
        name: _inside(value)
        for name, value in _wrapping.public(_nn.utils).items()
        if callable(value) and not isinstance(value, type)
    }
)


def _as_tensor(function):
    def norm(*args, **kwargs):
        norm = function(*args, **kwargs)
        return _tensor(float(norm))

    norm.__name__, norm.__doc__ = function.__name__, function.__doc__
    return norm


for _name in ("clip_grad_norm_", "get_total_norm"):  # PyTorch's return Tensors
    globals()[_name] = _as_tensor(globals()[_name])

from autograd_core.compat.torch.nn.utils import rnn as rnn  # noqa: E402

__getattr__ = _wrapping.refuses(__name__)

"""`torch.utils.data`: the data sets, samplers and loader of `nn.data`."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.boundary import outside as _outside

_METHODS = ("__getitem__", "__getitems__", "__len__", "__iter__")


def _subclassed(cls, **kwargs):
    """The methods of a class that a program derives from one here run outside."""
    for name in _METHODS:
        method = vars(cls).get(name)
        if callable(method) and not hasattr(method, "__runs_outside__"):
            setattr(cls, name, _outside(method))


def _face(kind):
    face = _wrapping.face_of_class(kind)
    face.__init_subclass__ = classmethod(_subclassed)
    return face


globals().update(_wrapping.wrapped(_wrapping.public(_nn.data), _face))

__getattr__ = _wrapping.refuses(__name__)

"""`torch.nn.utils.rnn`: padding and packing of sequences, as nn has it."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping

globals().update(_wrapping.wrapped(_wrapping.public(_nn.utils.rnn), lambda kind: kind))

__getattr__ = _wrapping.refuses(__name__)

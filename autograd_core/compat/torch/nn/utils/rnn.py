"""`torch.nn.utils.rnn`: padding and packing of sequences, as nn has it."""

import importlib
import importlib.util

from autograd_core.compat.torch import wrapping as _wrapping

_there = importlib.util.find_spec("nn.utils") is not None and importlib.util.find_spec("nn.utils.rnn") is not None
if _there:
    _rnn = importlib.import_module("nn.utils.rnn")
    _names = getattr(_rnn, "__all__", None) or [name for name in vars(_rnn) if name[0] != "_"]
    globals().update(_wrapping.wrapped({name: getattr(_rnn, name) for name in _names}, lambda kind: kind))

__getattr__ = _wrapping.refuses(__name__)

"""`torch.utils`: data sets and batches."""

from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.utils import data as data

__getattr__ = _wrapping.refuses(__name__)

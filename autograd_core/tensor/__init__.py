"""`Tensor`, NumPy's face of the graph, and what NumPy asks of it.

tensor                         the class
operators, methods             its operators and methods, made of the table of derivatives
standard                       what else the Array API standard asks of an array
dispatch, ufuncs               NumPy's functions that meet a Tensor
changing, copying              in-place operations; copies and pickles
sparse_products                products with SciPy's sparse arrays
notebook                       a Tensor as a notebook shows it
"""

import sys
import types

from autograd_core.tensor.copying import _unpickle
from autograd_core.tensor.tensor import Tensor

__all__ = ["Tensor", "_unpickle"]  # pickles know _unpickle by this module


class _Module(types.ModuleType):
    """`autograd_core.tensor([1.0])` finds this package where PyTorch has a function."""

    def __call__(self, *args, **kwargs):
        raise TypeError(f"{self.__name__} is a module; write {Tensor.__module__.partition('.')[0]}.Tensor(data)")


sys.modules[__name__].__class__ = _Module

"""`Tensor`, NumPy's face of the graph, and what NumPy asks of it.

tensor                         the class
operators, methods             its operators and methods, made of the table of derivatives
standard                       what else the Array API standard asks of an array
dispatch, ufuncs               NumPy's functions that meet a Tensor
changing, copying              in-place operations; copies and pickles
culprits                       which library's call an error has to name
"""

from autograd_core.tensor.copying import _unpickle
from autograd_core.tensor.tensor import Tensor

__all__ = ["Tensor", "_unpickle"]  # pickles know _unpickle by this module

"""Functions of NumPy as operations on single numbers: one entry for each, in one file for each family."""

from autograd_core.capturing.native.table import (  # noqa: F401  (their entries)
    composed,
    elementwise,
    linalg,
    moving,
    products,
    reductions,
)
from autograd_core.capturing.native.table.table import CALLS, ELEMENTWISE, entry_of

__all__ = ["CALLS", "ELEMENTWISE", "entry_of"]

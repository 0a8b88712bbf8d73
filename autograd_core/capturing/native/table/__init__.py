"""Functions of NumPy as operations on single numbers: one entry for each, in one file for each family."""

import sys

from autograd_core.capturing.native.table import (  # noqa: F401  (their entries)
    composed,
    elementwise,
    linalg,
    moving,
    products,
    reductions,
)
from autograd_core.capturing.native.table.table import CALLS, ELEMENTWISE, known_entry

__all__ = ["CALLS", "ELEMENTWISE", "entry_of"]


def entry_of(call):
    """The entry for a call, a function of the Builder and the call; None if there is none."""
    if "scipy.special" in sys.modules:
        from autograd_core.capturing.native.table import special  # noqa: F401  (its entries)
    return known_entry(call)

"""How calls are written as lines of Python: the table, and its entries by family."""

from autograd_core.capturing.replay.lowering import arrays, choosing, elementwise, numbers, products
from autograd_core.capturing.replay.lowering.table import Lowering, lowering, lowering_of

__all__ = ["Lowering", "arrays", "choosing", "elementwise", "lowering", "lowering_of", "numbers", "products"]

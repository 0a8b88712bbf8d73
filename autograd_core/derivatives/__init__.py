"""The table of derivatives, one file a family. Knows NumPy only; see `table` for what an entry is."""

# Importing a family puts its functions into the table. `spectral` is not here: it is loaded when numpy.fft is first used
from autograd_core.derivatives import (  # noqa: F401
    activations,
    assigning,
    calculus,
    classification,
    complex_parts,
    decompositions,
    einsum,
    elementwise,
    indexing,
    joining,
    linalg,
    losses,
    nets,
    ordering,
    padding,
    products,
    reductions,
    selection,
    shaping,
    softmax,
    spacing,
    statistics,
    transcendental,
)

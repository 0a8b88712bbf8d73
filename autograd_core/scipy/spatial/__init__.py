"""scipy.spatial: of it, distances."""

from autograd_core.scipy.spatial import distance

__all__ = ["distance"]

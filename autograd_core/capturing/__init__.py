"""Record a training step once, replay it at the speed of the arithmetic. See `capture`."""

from autograd_core.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]

"""What nn raises beside the errors of autograd_core."""

from autograd_core.errors import AutogradError


class FileError(AutogradError, ValueError):
    """A file that is truncated, damaged, too large, or of another kind; nothing was taken from it."""


class WorkerError(AutogradError, RuntimeError):
    """A worker process of a DataLoader died, took too long, or raised what cannot be sent from there."""


class LazyError(AutogradError, RuntimeError):
    """The parameters of a lazy layer were asked for before its first call, which makes them."""

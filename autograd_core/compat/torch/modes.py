"""Whether operations are recorded, under PyTorch's names."""

import functools

import autograd_core as core
from autograd_core import enable_grad as _enabled
from autograd_core import is_grad_enabled
from autograd_core import no_grad as _disabled


def no_grad(function=None):
    """Record nothing inside: `with torch.no_grad():`, or `@torch.no_grad()` above a function, also without the brackets."""
    return _disabled() if function is None else _disabled()(function)


def enable_grad(function=None):
    """Record inside, also within `no_grad()`."""
    return _enabled() if function is None else _enabled()(function)


def inference_mode(mode=True):
    """`no_grad()`, or nothing for mode=False."""
    if callable(mode):
        return _disabled()(mode)
    return _disabled() if mode else _enabled() if core.is_grad_enabled() else _disabled()


class set_grad_enabled:
    """Switch recording on or off from here on; used with `with`, until its end."""

    def __init__(self, mode):
        self.mode = bool(mode)
        self.context = _enabled() if mode else _disabled()
        self.context.__enter__()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.context.__exit__(*exc)

    def __call__(self, function):
        self.context.__exit__(None, None, None)

        @functools.wraps(function)
        def call(*args, **kwargs):
            with _enabled() if self.mode else _disabled():
                return function(*args, **kwargs)

        return call


__all__ = ["enable_grad", "inference_mode", "is_grad_enabled", "no_grad", "set_grad_enabled"]

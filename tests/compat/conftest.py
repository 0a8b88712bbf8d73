import sys

import pytest

from autograd_core.compat import hips


@pytest.fixture(scope="module")
def autograd():
    """The module that a program imports after `hips.install()`; what was there before comes back afterwards."""
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "autograd"}
    hips.install()
    import autograd

    yield autograd
    hips.uninstall()
    assert "autograd.numpy" not in sys.modules
    sys.modules.update(before)

"""What tests of captured steps share."""

import pytest

from autograd_core.capturing.replay import unchanged


@pytest.fixture(params=["columns", "tests"])
def either_way(request, monkeypatch):
    """A test in which replays look by columns whether all is unchanged, and once more by tests one by one, but for the first."""
    if request.param == "tests":
        monkeypatch.setattr(unchanged, "ENOUGH", 1)

"""What holds for every test: fixed random numbers, printed at the top of a run, and no test that leaves a mode switched."""

import gc
import os

import numpy as np
import pytest
from hypothesis import settings

from autograd_core import is_grad_enabled
from autograd_core.graph.modes import anomaly, recording
from tests.each import SEED, start_anew

settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=60)
settings.register_profile("quick", derandomize=True, deadline=None, database=None, max_examples=10)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser):
    parser.addoption("--capture-programs", type=int, default=100, help="how many random programs are captured beside eager")
    parser.addoption("--heavy", action="store_true", help="also run the tests that take seconds each")
    parser.addoption("--heavy-alone", action="store_true", help="run these alone, as .ci/run does after the others")


def pytest_collection_modifyitems(config, items):
    for item in items:  # what the table's tests take most of their time for; tests/scipy compares these entries with mpmath
        if "[special." in item.name and "/scipy/" not in item.nodeid:
            item.add_marker(pytest.mark.exhaustive)
    if not config.getoption("--heavy"):
        alone = config.getoption("--heavy-alone")
        chosen = [
            item.get_closest_marker("exhaustive") is None and (item.get_closest_marker("heavy") is not None) == alone
            for item in items
        ]
        config.hook.pytest_deselected(items=[item for item, here in zip(items, chosen, strict=True) if not here])
        items[:] = [item for item, here in zip(items, chosen, strict=True) if here]


def pytest_collection_finish():
    """What was loaded by then is not gone through by each later collection: with 30,000 tests that takes a second each time."""
    gc.collect()
    gc.freeze()


def pytest_report_header():
    profile = os.environ.get("HYPOTHESIS_PROFILE", "ci")
    return f"random numbers: SEED={SEED} for NumPy, HYPOTHESIS_PROFILE={profile} (ci: the same examples in every run)"


@pytest.fixture
def rng():
    return np.random.default_rng(SEED)


@pytest.fixture(autouse=True)
def the_same_numbers_in_any_order(request):
    start_anew(vars(request.module) if hasattr(request, "module") else {})


@pytest.fixture(autouse=True)
def no_mode_leaks():
    """Fail a test after which operations are no longer recorded, or still searched for NaN."""
    yield
    leaked = not is_grad_enabled() or recording.get() is not True or anomaly.get() is not None
    recording.set(True)
    anomaly.set(None)
    assert not leaked, "the test left no_grad, enable_grad or detect_anomaly switched on"


@pytest.fixture
def many_threads(monkeypatch):
    """Long arrays in blocks that threads share, however little there is to do, however many cores there are, and whichever is
    quicker."""
    for name, value in (("PAYS", 1e-12), ("LOOKS", 1), ("GAIN", float("inf"))):
        monkeypatch.setattr(f"autograd_core.capturing.replay.blocks.{name}", value)

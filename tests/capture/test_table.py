"""Every entry of the table, captured with its derivative, gives what it gives by itself."""

import warnings
from collections import Counter

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.derivatives.gauges import GaugeWarning
from tests.capture.common import Twins
from tests.derivatives.test_table import CALLS, run

outcomes = Counter()
FIRST = {call.values[0].__name__: call for call in reversed(CALLS)}  # one call of each entry


@pytest.mark.parametrize(("entry", "one"), FIRST.values())
def test_entry(entry, one):
    """As it is or as a replay, the results and gradients are right; what cannot be captured has warned."""

    def make():
        leaves = [Tensor(value, requires_grad=True) for value in one.operands()]

        def step():
            for leaf in leaves:
                leaf.grad = None
            outs = run(entry, one, leaves)
            total = sum(np.sum(np.real(out) * (1 + np.imag(out))) for out in outs)
            if isinstance(total, Tensor) and total.requires_grad:
                total.backward()
            return [out.detach() if isinstance(out, Tensor) else out for out in outs]

        return step, {"leaves": leaves}

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        both = Twins(make, strict=False)
        for _ in range(4):
            both()
    others = [w for w in caught if not issubclass(w.category, (RuntimeWarning, GaugeWarning, DeprecationWarning))]
    assert not others
    refused = [str(w.message) for w in caught if "not captured" in str(w.message)]
    outcomes["captured" if both.captured._programs else "refused"] += 1
    assert bool(both.captured._programs) != bool(refused or both.captured._beside.missed)


def test_most_are_captured():
    """Runs after all calls of this file; with only a part of them there is nothing to say."""
    if sum(outcomes.values()) > 200:
        assert outcomes["captured"] > 9 * outcomes["refused"], outcomes

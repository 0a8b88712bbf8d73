"""Scenarios by hand, captured beside eager: the same after each call, or refused in words that users know. See `scenarios`."""

import collections
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_core import capture
from tests.capture.fuzz.twins import run
from tests.capture.scenarios import scenarios

SCENARIOS = scenarios()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_as_eager_or_refused(scenario):
    outcome = run(scenario)
    assert outcome.failure is None, f"\n{scenario}\n{outcome.failure[0]}: {outcome.failure[1]}"
    assert scenario.raises or not outcome.raised, f"\n{scenario}\nthe scenario itself is wrong: {outcome.raised[0]!r}"
    assert outcome.recorded or not scenario.everyday, "an everyday program was not captured"


def test_each_scenario_has_a_title_of_its_own():
    counts = collections.Counter(scenario.title for scenario in SCENARIOS)
    assert max(counts.values()) == 1, counts.most_common(3)
    assert len(SCENARIOS) > 500
    assert sum(scenario.everyday for scenario in SCENARIOS) > 50


def test_threads_that_train_at_once():
    """Every call counts, and none sees half of another one."""
    total, count = np.zeros(3), {"n": 0}

    @capture
    def step(x):
        total[...] = total + x
        count["n"] += 1
        return total * 1

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(step, [np.full(3, float(2**i)) for i in range(40)]))
    assert total.tolist() == [2.0**40 - 1] * 3
    assert count == {"n": 40}
    seen = sorted(result[0] for result in results)
    assert all(result[0] == result[2] for result in results)
    assert len(set(seen)) == 40
    assert seen[-1] == total[0]

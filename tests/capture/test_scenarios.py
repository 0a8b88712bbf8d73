"""Scenarios by hand, captured beside eager: the same after each call, or refused in words that users know. See `scenarios`."""

import collections

import pytest

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

"""The checker sees every rule: with the sign of any one flipped, or 3 % of it missing, some call of the table fails."""

import pytest

from autograd_core.errors import GradientError
from autograd_core.testing import gradcheck
from tests.derivatives.test_table import ENTRIES, calls_of, recorded, run

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

CHUNKS = 4
RULES = [(name, argument) for name, entry in ENTRIES.items() for argument, rule in entry.rules.items() if rule is not None]

# Derivatives that are 0 everywhere, which has no sign and no factor: a part of the incoming gradient is added to these
ZERO = {(name, "x") for name in ("floor", "ceil", "trunc", "rint", "fix", "spacing")} | {
    ("floor_divide", "a"), ("floor_divide", "b"), ("round", "a"), ("around", "a"), ("nextafter", "b"), ("copysign", "b"),
    ("heaviside", "a"),
}  # fmt: skip
# Without SciPy there are none of these
ZERO |= {("special.gammasgn", "x"), ("special.round", "x"), ("lambert_rest", "w")} & set(RULES)


def scaled(pull, factor):
    """The rule with a wrong factor: put into its gradient, in which every rule is linear."""

    def wrong(g, saved):
        return pull(tuple([part if part is None else part * factor for part in g]) if type(g) is tuple else g * factor, saved)

    return wrong


def mutated(pull, rule, factor):
    return (lambda g, saved: pull(g, saved) + (1 - factor) * g) if rule in ZERO else scaled(pull, factor)


def is_seen(name, argument, factor, monkeypatch):
    """Whether the checker fails at one call or another of the table if this one rule is wrong."""
    entry = ENTRIES[name]
    for one in calls_of(name):
        xs = one.operands()
        if not any(x.size for x in xs):
            continue
        recorded(entry, one)  # a pattern of operands is made when it first occurs
        with monkeypatch.context() as patch:
            for pattern in entry._patterns.values():
                keys = [key if type(key) is str else key[0] for key in pattern.keys]
                pairs = zip(keys, pattern.pulls, strict=True)
                pulls = [mutated(pull, (name, argument), factor) if key == argument else pull for key, pull in pairs]
                patch.setattr(pattern, "pulls", tuple(pulls))
            try:
                gradcheck(lambda *values, one=one: tuple(run(entry, one, values)), *xs, order=1, modes=("reverse",))
            except GradientError as error:
                if error.verdict == "gradient wrong":
                    return True
    return False


OF_SCIPY = [pytest.param(chunk, marks=pytest.mark.heavy) for chunk in range(CHUNKS, 2 * CHUNKS)]


@pytest.mark.parametrize("chunk", [*range(CHUNKS), *OF_SCIPY])
@pytest.mark.parametrize("factor", [-1.0, 0.97])
def test_every_wrong_rule_is_seen(factor, chunk, monkeypatch):
    rules = [rule for rule in RULES if rule[0].startswith("special.") == (chunk >= CHUNKS)]  # those of SciPy in the later chunks
    survivors = [rule for rule in rules[chunk % CHUNKS :: CHUNKS] if not is_seen(*rule, factor, monkeypatch)]
    assert survivors == []


def test_rules_that_are_zero_are_in_the_table():
    assert set(RULES) >= ZERO

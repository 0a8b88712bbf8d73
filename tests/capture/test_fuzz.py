"""Random training programs captured beside eager, `--capture-programs` of them; and that this search catches what is wrong."""

import collections
import sys
import types

import numpy as np
import pytest

from autograd_core import Tensor, capture
from tests.capture.fuzz import twins
from tests.capture.fuzz.compare import Walk
from tests.capture.fuzz.program import Piece, Program, draw
from tests.capture.fuzz.shrink import shrunk
from tests.capture.fuzz.twins import run
from tests.each import SEED

BLOCK = 25  # programs in one test, so that tests can be shared out
FIRST = SEED * 1_000_000


def pytest_generate_tests(metafunc):
    if "block" in metafunc.fixturenames:
        count = metafunc.config.getoption("--capture-programs")
        metafunc.parametrize("block", [range(FIRST + i, FIRST + min(i + BLOCK, count)) for i in range(0, count, BLOCK)],
                             ids=lambda block: f"seeds {block.start} to {block.stop - 1}")  # fmt: skip


@pytest.mark.usefixtures("either_way")
def test_captured_programs_do_what_eager_ones_do(block):
    """After each call everything is the same, or the step was refused, in words that users know and for a reason in the docs."""
    failures, recorded = {}, 0
    for seed in block:
        outcome = run(draw(seed))
        recorded += outcome.recorded
        if outcome.failure is not None:
            failures[seed] = outcome.failure
    if failures:
        small, failure = shrunk(draw(next(iter(failures))))
        listed = "\n".join(f"seed {seed}: {kind}: {text[:300]}" for seed, (kind, text) in failures.items())
        pytest.fail(f"{listed}\n\nthe first, shrunk:\n{small}\n{failure[0]}: {failure[1]}", pytrace=False)
    assert recorded >= len(block) / 3  # or nothing was tried


# That the search catches what is wrong: capture is broken on purpose


def modules():
    capture(lambda: None)  # which imports them
    return [module for name, module in sys.modules.items() if name.startswith("autograd_core.capturing")]


def part(name):
    """A class of capture, in whichever module it is."""
    return next(vars(module)[name] for module in modules() if name in vars(module))


def without_tests_of_numbers(monkeypatch):
    monkeypatch.setattr(part("Unchanged"), "same_numbers", lambda self: True)
    monkeypatch.setattr(part("Unchanged"), "tests_of_numbers", lambda self, writer: [])


def without_tests_of_objects(monkeypatch):
    monkeypatch.setattr(part("Unchanged"), "same_objects", lambda self: True)
    monkeypatch.setattr(part("Unchanged"), "tests_of_objects", lambda self, writer: [])


def without_tests_of_values(monkeypatch):
    for module in modules():
        if "write_tests" in vars(module):
            monkeypatch.setattr(module, "write_tests", lambda w, value, guards: None)


def without_the_last_effect(monkeypatch):
    begin = part("Effects").__init__

    def with_one_effect_less(self, w):
        begin(self, w)
        self.program = self.program.replaced(effects=self.program.effects[:-1])

    monkeypatch.setattr(part("Effects"), "__init__", with_one_effect_less)
    for module in modules():
        if "disagreement" in vars(module):  # which would see it
            monkeypatch.setattr(module, "disagreement", lambda *compared: None)


def with_one_buffer_for_all_results(monkeypatch):
    monkeypatch.setattr(part("Effects"), "own", lambda self, value: self.w.text(value))


BROKEN = [without_tests_of_numbers, without_tests_of_objects, without_tests_of_values, without_the_last_effect,
          with_one_buffer_for_all_results]  # fmt: skip


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_broken_replay_is_caught(broken, monkeypatch):
    """Within 100 programs that are right as long as nothing is broken."""
    for seed in range(100):
        with monkeypatch.context() as patched:
            broken(patched)
            failure = run(draw(seed)).failure
        if failure is not None and failure[0] == "wrong" and run(draw(seed)).failure is None:
            return
    pytest.fail("not caught")


STEP = """\
def step(x, y):
    global N
    N += 1
    return np.sum(x * y) * SCALE
"""


def counting(*script, options="passes=()"):
    """A program whose result depends on a number that is set from outside; with pieces that have nothing to do with it."""
    pieces = [Piece("setup", "SCALE, N = 2.0, 0", None), Piece("setup", "unused = [1.0]"), Piece("start", STEP.rstrip(), None)]
    calls = [Piece("script", line) for k in range(3) for line in (f"out = step(*batch({k}))",)]
    return Program(0, [*pieces, *calls, *[Piece("script", line) for line in script]], options)


@pytest.mark.heavy
def test_a_failing_program_is_shrunk_to_what_makes_it_fail(monkeypatch):
    without_tests_of_numbers(monkeypatch)
    program = counting("unused.append(1)", "SCALE = 3.0", "gc.collect()", "out = step(*batch(7))", "out = step(*batch(8))")
    assert run(program).failure[0] == "wrong"
    small, failure = shrunk(program)
    assert failure[0] == "wrong"
    assert "['out'] is" in failure[1]
    assert small.script()[-2:] in (["SCALE = 3.0", "out = step(*batch(7))"], ["SCALE = 3.0", "out = step(*batch(8))"])
    assert "unused" not in str(small)


def test_programs_are_the_same_in_every_run():
    for seed in range(30):
        assert str(draw(seed)) == str(draw(seed))
    assert len({str(draw(seed)) for seed in range(30)}) == 30


def test_a_refusal_is_counted_and_judged():
    step = "def step(x, y):\n    return x * np.sum(x).item()"
    pieces = lambda expected: [Piece("start", step, None, expected), *[Piece("script", "out = step(*batch(0))")] * 3]
    asked = run(Program(0, pieces(expected=True), ""))
    assert (len(asked.refusals), asked.failure, asked.recorded, asked.calls) == (1, None, False, 3)
    assert run(Program(0, pieces(expected=False), "")).failure[0] == "needless"
    assert run(Program(0, pieces(expected=True), "strict=True")).failure is None


def test_words_from_the_inside_are_a_failure(monkeypatch):
    monkeypatch.setattr(twins, "INTERNAL", twins.re.compile("takes a number out"))
    step = Piece("start", "def step(x, y):\n    return x * np.sum(x).item()", None, expected=True)
    assert run(Program(0, [step, *[Piece("script", "out = step(*batch(0))")] * 3], "")).failure[0] == "internal"


def shared(same):
    inner = []
    return [inner, inner if same else []]


def frozen(array):
    array.flags.writeable = False
    return array


def graded(grad):
    t = Tensor([1.0], requires_grad=True)
    t.grad = grad
    return t


def with_default(value):
    def function(x=value):
        return x

    return function


DIFFERENT = [
    (1, 1.0), (1.0, np.float64(1.0)), (0.0, -0.0), (1.0, 1.0 + 1e-6), (np.ones(2), np.ones(3)), ("a", "b"), (True, 1), (None, 0),
    (np.ones(2), np.ones(2, np.float32)), (np.ones(2), frozen(np.ones(2))), (np.array([np.nan, 1]), np.array([1, np.nan])),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({"a": 1}, {"a": 1, "b": 2}), ([1], [1, 1]), ((1, 2), [1, 2]), ({1}, {2}),
    (shared(same=True), shared(same=False)), (shared(same=False), shared(same=True)),
    (Tensor(1.0), Tensor(1.0, requires_grad=True)),
    (graded(None), graded(np.zeros(1))), (graded(np.ones(1)), graded(np.zeros(1))), (Tensor(1.0), np.array(1.0)),
    (np.random.default_rng(0), np.random.default_rng(1)), (types.SimpleNamespace(a=1), types.SimpleNamespace(a=2)),
    (collections.deque([1]), collections.deque([2])), (with_default(1), with_default(2)), (lambda: 1, with_default(2)),
    ((lambda n: lambda: n)(1), (lambda n: lambda: n)(2)), (ValueError("a"), ValueError("b")), (ValueError("a"), TypeError("a")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_worlds_that_differ_in_this_are_not_the_same(one, other):
    for exact in (True, False):
        walk = Walk(exact)
        walk({"it": one}, {"it": other}, "")
        assert walk.found or (not exact and one == other == 0.0 and type(one) is float)
        walk = Walk(exact)
        walk({"it": one}, {"it": one}, "")
        assert not walk.found

"""Many cases in one test: all are run, those that fail are named, and each draws the same numbers as alone."""

import numpy as np
import pytest

from tests.each import run_each, together

RNG = np.random.default_rng(5)
CASES = [pytest.param(x, id=f"case {x}") for x in range(5)]


def test_all_cases_run_and_those_that_fail_are_named():
    ran = []

    def check(x):
        ran.append(x)
        assert x % 2 == 0
        if x == 4:
            pytest.fail("four")

    with pytest.raises(BaseExceptionGroup, match=r"^3 of 5 cases: case 1, case 3, case 4") as caught:
        run_each(check, CASES)
    assert ran == [0, 1, 2, 3, 4]
    assert [error.__notes__[-1] for error in caught.value.exceptions] == [f"in the case case {x}" for x in (1, 3, 4)]


def test_what_is_skipped_hides_no_failure():
    def skips(x):
        if x < 3:
            pytest.skip("no NumPy")

    with pytest.raises(pytest.skip.Exception, match=r"^3 of 5 cases: no NumPy$"):
        run_each(skips, CASES)

    def check(x):
        skips(x)
        assert x != 4

    with pytest.raises(ExceptionGroup, match=r"^1 of 5 cases: case 4$"):
        run_each(check, CASES)


def test_each_draws_the_same():
    drawn = []
    run_each(lambda x: drawn.append(RNG.normal()), CASES)
    assert len(set(drawn)) == 1


def test_marks_and_groups_make_tests():
    marked = [
        *CASES,
        pytest.param(6, id="case 6", marks=pytest.mark.heavy),
        pytest.param(8, id="case 8", marks=pytest.mark.heavy),
    ]

    @together(["x"], marked, by=lambda x: "odd" if x % 2 else "even")
    def test(x): ...

    (mark,) = test.pytestmark
    assert [(one.id, [case.id for case in one.values[0]], [m.name for m in one.marks]) for one in mark.args[1]] == [
        ("even", ["case 0", "case 2", "case 4"], []),
        ("odd", ["case 1", "case 3"], []),
        ("even-heavy", ["case 6", "case 8"], ["heavy"]),
    ]
    with pytest.raises(AssertionError):
        together(["y"], CASES, by=str)(lambda x: None)

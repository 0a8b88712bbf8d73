"""Many cases in one test.

What a test costs beside its work, 1-2 ms for its set-up, its reports and their way between processes, is paid once for each group
of cases. All of a group are run, whichever fail; each that fails is named.
"""

import os

import numpy as np
import pytest

SEED = int(os.environ.get("SEED", "0"))


def start_anew(names):
    """A module's own generators start anew: what a case draws depends on no other, nor on who runs it."""
    for value in names.values():
        if isinstance(value, np.random.Generator):
            value.bit_generator.state = type(value.bit_generator)(SEED).state


def together(names, cases, by):
    """As `parametrize(names, cases)`, with one test for all cases of the same `by(*values)` and the same marks."""
    groups = {}
    for case in cases:
        groups.setdefault((by(*case.values), *map(repr, case.marks)), []).append(case)
    tests = [
        pytest.param(members, id="-".join([str(group), *[mark.name for mark in members[0].marks]]), marks=members[0].marks)
        for (group, *_), members in groups.items()
    ]

    def decorate(test):
        assert tuple(test.__code__.co_varnames[: test.__code__.co_argcount]) == tuple(names)

        @pytest.mark.parametrize("cases", tests)
        def every_case(cases):
            run_each(test, cases)

        every_case.__name__, every_case.__doc__ = test.__name__, test.__doc__
        return every_case

    return decorate


def run_each(test, cases):
    failed, skipped = {}, []
    for case in cases:
        start_anew(test.__globals__)
        try:
            test(*case.values)
        except pytest.skip.Exception as reason:
            skipped.append(str(reason))
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"in the case {case.id}")
            failed[case.id] = error
    if failed:
        raise BaseExceptionGroup(f"{len(failed)} of {len(cases)} cases: {', '.join(failed)}", [*failed.values()])
    if skipped:
        pytest.skip(f"{len(skipped)} of {len(cases)} cases: {'; '.join(dict.fromkeys(skipped))}")

"""The program that runs the standard's own test suite, which is not part of this repository."""

import pytest

from tests.array_api import conformance


def test_conformance_says_what_it_needs(tmp_path):
    with pytest.raises(
        SystemExit, match=r"(?s)expected a checkout of https://github\.com/data-apis/array-api-tests at .*--recurse-sub"
    ):
        conformance.main([str(tmp_path)])

"""What `tests.compat.libraries` makes of two runs; the libraries' tests themselves take minutes, and run in a session of nox."""

import pytest

from tests.compat import libraries


def test_what_is_lost():
    library = libraries.Library("some==1", "tests", different={"test_flat": "flat"})
    theirs = {"a::test_one": True, "a::test_two": True, "a::test_flat": True, "a::test_broken": False}
    ours = {"a::test_one": True, "a::test_flat": False, "a::test_broken": False}
    assert libraries.lost(library, theirs, ours) == ["a::test_two"]


def test_a_name_that_is_none():
    with pytest.raises(SystemExit, match="no library 'lifeline'; there are reliability, pymanopt, lifelines"):
        libraries.main(["lifeline"])


def test_outcomes_of_a_run_and_the_module_in_the_place_of_autograd(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "import autograd, numpy, pytest\n"
        "def test_ours(): assert autograd.grad.__module__.startswith('autograd_core')\n"
        "def test_seeded(): assert numpy.random.rand() == numpy.random.RandomState(0).rand()\n"
        "@pytest.mark.skip\n"
        "def test_skipped(): pass\n"
        "def test_fails(): assert False\n"
    )
    found = libraries.outcomes(libraries.Library("some==1", "test_some.py"), tmp_path, "ours")
    assert found == {"test_some::test_ours": True, "test_some::test_seeded": True, "test_some::test_fails": False}

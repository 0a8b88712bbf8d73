"""The table on arrays of Dask and on the strict device: how much of it works, and that the page says so."""

import re
from pathlib import Path

import pytest

from tests.arrays import strict_device

PAGE = Path(__file__).parents[2] / "docs" / "other-arrays-coverage.md"


def said(title):
    """What the page says of a kind: (functions that work, of how many, those that are refused)."""
    part = PAGE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    some, total = map(int, re.search(r"(\d+) of (\d+) functions work", part).groups())
    return some, total, set(re.findall(r"`([^`]+)`", part.partition("Refused:")[2]))


@pytest.mark.parametrize(("title", "least"), [("Dask", 222), ("A strict device", 216)])
def test_the_page_counts(title, least):
    some, total, refused = said(title)
    assert some == total - len(refused)
    assert some >= least


@pytest.mark.heavy
def test_on_dask():
    pytest.importorskip("dask.array", reason="Dask is not installed")
    from tests.arrays import dask_kind, survey

    works, dask_kind.pieces = set(), 1
    for name in survey.names():
        for one in survey.calls_of(name)[:3]:
            words = survey.outcome(survey.of_name(name), one, dask_kind)
            assert "WRONG" not in words, (name, one, words)
            assert "computed" not in words, (name, one, words)
            if not words:
                works.add(name)
                break
    dask_kind.pieces = 2
    assert not works & said("Dask")[2]
    assert len(works) >= 222


@pytest.mark.heavy
def test_on_a_strict_device():
    from tests.arrays import survey

    found = survey.survey(strict_device)
    some, _, wrong = survey.counts(found)
    assert wrong == []
    assert (some, len(found)) == said("A strict device")[:2]

"""The benchmark of nn runs and adds up; how long anything takes is not tested."""

import json

import pytest

from benchmarks import images
from benchmarks import nn as suite
from benchmarks.__main__ import main
from benchmarks.nets import NETS, check_same
from benchmarks.ours import make_fused

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_a_step_through_nn_is_the_same_step(net):
    check_same(net, {"bare": make_fused(net), "nn": suite.ModuleStep(net)})


def test_main_runs_a_section(capsys, tmp_path):
    main(["nn", "--quick", "--only", "adam", "--json", str(tmp_path / "found.json")])
    assert "One step of Adam, a parameter of 1,000,000 elements, float32" in capsys.readouterr().out
    tables = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["tables"]
    assert [table["rows"][0][0] for table in tables] == ["nn and nn.optim"] * 2


def without_pytorch(monkeypatch, section):
    for module in (suite, images):
        monkeypatch.setattr(module, "installed", lambda peer: None)
    return suite.SECTIONS[section](True)


def test_an_epoch_runs_without_pytorch(monkeypatch):
    (table,) = without_pytorch(monkeypatch, "epoch")
    assert len(table.rows) == 1
    assert table.checks == []


@pytest.mark.parametrize(("section", "nets"), [("images", 3), ("sequences", 2)])
def test_nets_run_without_pytorch(section, nets, monkeypatch):
    """Each as it is and captured, which must have the same losses."""
    tables = without_pytorch(monkeypatch, section)
    assert [len(table.rows) for table in tables] == [2] * nets
    assert not any(table.checks for table in tables)

"""The benchmark of nn runs and adds up; how long anything takes is not tested."""

import gc
import json

import pytest

from benchmarks import nn as suite
from benchmarks.__main__ import main
from benchmarks.nets import NETS, check_same
from benchmarks.ours import make_fused


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_a_step_through_nn_is_the_same_step(net):
    check_same(net, {"bare": make_fused(net), "nn": suite.ModuleStep(net)})


def test_main_runs_a_section(capsys, tmp_path):
    try:
        main(["nn", "--quick", "--only", "adam", "--json", str(tmp_path / "found.json")])
    finally:
        gc.unfreeze()  # `interleaved` takes what exists out of the garbage collections, which other tests look at
    assert "One step of Adam, a parameter of 1,000,000 elements, float32" in capsys.readouterr().out
    tables = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["tables"]
    assert [table["rows"][0][0] for table in tables] == ["nn and nn.optim"] * 2


@pytest.mark.parametrize("section", ["convolution", "epoch"])
def test_a_section_runs_without_pytorch(section, monkeypatch):
    monkeypatch.setattr(suite, "installed", lambda peer: None)
    try:
        (table,) = suite.SECTIONS[section](True)
    finally:
        gc.unfreeze()
    assert len(table.rows) == 1
    assert table.checks == []

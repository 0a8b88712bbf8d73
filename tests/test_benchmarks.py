"""The benchmarks run and add up; how long anything takes is not tested."""

import json
import math

import pytest

from autograd_core import Tensor, relu
from benchmarks.__main__ import main
from benchmarks.expressions import INPUTS, expression
from benchmarks.plot import draw, ratios
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, Timing, exponent, interleaved


def test_a_report_in_words():
    table = Table("Steps", ("", "µs"), [("ours", 12.345), ("theirs", None)], ["2 rounds"])
    table.checks += [Check("ours over theirs", 1.25, 1.5), Check("speed", 2, 3, "×", at_least=True)]
    assert str(table).splitlines() == [
        "",
        "Steps",
        "-----",
        "2 rounds",
        "          µs",
        "ours    12.3",
        "theirs",
        "pass  ours over theirs: 1.25 × (at most 1.5 ×)",
        "FAIL  speed: 2.00 × (at least 3 ×)",
    ]
    assert [check["passed"] for check in json.loads(json.dumps(table.as_json()))["checks"]] == [True, False]


@pytest.mark.parametrize("seed", range(3))
def test_random_expressions_are_the_same_for_floats_and_tensors(seed):
    f, inputs = expression(seed, operations=100)
    assert len(inputs) == INPUTS
    tensors = [Tensor(x, requires_grad=True) for x in inputs]
    value, result = f(lambda x: max(x, 0.0), *inputs), f(relu, *tensors)
    assert math.isclose(result.item(), value, rel_tol=1e-12)
    result.backward()
    for i, x in enumerate(inputs):
        above, below = (f(lambda x: max(x, 0.0), *inputs[:i], x + h, *inputs[i + 1 :]) for h in (1e-7, -1e-7))
        assert math.isclose(tensors[i].grad, (above - below) / 2e-7, rel_tol=1e-4, abs_tol=1e-4)


def test_an_expression_has_as_many_operations_as_asked_for():
    class Counted:
        count = 0

        def operation(self, other=None):
            Counted.count += 1
            return Counted()

        __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = operation

    f, _ = expression(0, operations=200)
    f(Counted.operation, *(Counted() for _ in range(INPUTS)))
    assert Counted.count == 200


def test_turns_are_taken_in_order():
    turns = []
    found = interleaved([Contender(name, lambda name=name: turns.append(name)) for name in "ab"], rounds=3, block=0)
    assert turns[-6:] == list("ababab")
    assert all(len(timing.rounds) == 3 for timing in found.values())


def test_ratios_and_exponents():
    assert Timing([2.0, 4.0, 9.0]).over(Timing([1.0, 2.0, 3.0])) == (2.0, 2.0)
    assert Timing([2.0, 4.0, 9.0]).minus(Timing([1.0, 2.0, 3.0])) == (1.0, 2.0)
    assert math.isclose(exponent([10, 100, 1000], [3, 300, 30000]), 2)


@pytest.mark.heavy
def test_main_prints_and_writes_what_it_found(capsys, tmp_path):
    main(["engine", "--quick", "--only", "import", "--json", str(tmp_path / "found.json"), "--page", str(tmp_path / "found.md")])
    printed = capsys.readouterr().out
    assert "autograd_core over numpy" in printed
    assert "import: modules beyond numpy's that are not Python's own: 0.00" in printed
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["quick"] is True
    assert [table["title"] for table in found["tables"]] == ["Import"]
    text = (tmp_path / "found.md").read_text(encoding="utf-8")
    assert "    python -m benchmarks engine --quick\n" in text
    assert "| autograd_core over numpy" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["engine", "--only", "imports"], "no section 'imports'; there are nets, "),
        (["engines"], "no suite 'engines'; there are engine, nn, capture, programs, native, visualize"),
    ],
)
def test_main_refuses_what_does_not_exist(arguments, words, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert words in capsys.readouterr().err


def test_ratios_are_drawn(tmp_path):
    table = Table("Steps", ("", "µs", "× by hand"), [("by hand", 20.0, 1.0), ("autograd_core", 40.0, 2.0), ("JAX", None, None)])
    assert ratios(table) == [("by hand", 1.0), ("autograd_core", 2.0)]
    draw([table, Table("Import", ("", "ms"), [("numpy", 80.0)])], {"CPU": "two cores"}, tmp_path / "found.png")
    assert (tmp_path / "found.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.heavy
def test_programs_give_the_same_everywhere(capsys):
    """Each is compared with the peers before it is timed."""
    pytest.importorskip("jax", reason="the peers are compared with")
    main(["programs", "--quick", "--only", "likelihood", "elementwise"])
    printed = capsys.readouterr().out
    assert "The likelihood of a Gaussian process at 40 points" in printed
    assert "its gradient, float32" in printed

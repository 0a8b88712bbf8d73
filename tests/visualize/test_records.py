"""The walk: what the records say of graphs whose structure is known."""

import gc
import weakref
from contextlib import nullcontext

import numpy as np
import pytest

import nn
from autograd_core import Tensor, grad, linear, no_grad, primitive, visualize
from autograd_core.errors import AnomalyError
from autograd_core.graph.anomaly import detect_anomaly
from autograd_core.visualize import record, records
from autograd_core.visualize.keep import kept
from tests.visualize.graphs import GRAPHS, b_bce, recorded


def leaf(value, name=None):
    return Tensor(value, requires_grad=True, name=name)


def described(output, **options):
    """What each box is and comes from, without ids."""
    boxes = records(output, **options)
    names = {box.id: box.op or box.name or box.kind for box in boxes}
    return [(names[box.id], [(names[edge.id], edge.operand) for edge in box.inputs]) for box in boxes if box.inputs]


@pytest.mark.parametrize("name", GRAPHS)
def test_ids_count_up_and_everything_comes_after_what_it_is_made_of(name):
    output, params = GRAPHS[name]()
    boxes = records(output, params)
    assert [box.id for box in boxes] == [f"n{i}" for i in range(len(boxes))]
    seen = set()
    for box in boxes:
        assert {edge.id for edge in box.inputs} <= seen
        assert box.base is None or box.base in seen
        seen.add(box.id)


def test_operands_are_in_their_order_and_named():
    a, b = leaf(1.0, "a"), leaf(2.0, "b")
    assert described(a - b) == [("subtract", [("a", "a"), ("b", "b")]), ("output", [("subtract", "")])]
    assert described(b - a) == [("subtract", [("b", "a"), ("a", "b")]), ("output", [("subtract", "")])]
    assert described(a * a)[0] == ("multiply", [("a", "a"), ("a", "b")])
    assert described(np.stack([b, a, b]))[0] == ("stack", [("b", "0"), ("a", "1"), ("b", "2")])


def test_inputs_and_constants_are_there_with_names_shapes_and_values():
    w, X = leaf(np.ones(3), "w"), np.arange(3.0)
    boxes = records(w * X + w * X * 2.0, {"X": X})
    (x,) = [box for box in boxes if box.kind == "input"]  # once, though it is used twice
    assert (x.name, x.shape, x.dtype, x.value.tolist()) == ("X", (3,), np.dtype(float), [0, 1, 2])
    (two,) = [box for box in boxes if box.kind == "const"]
    assert two.value == 2
    assert [box.kind for box in records(w * X, constants=False)] == ["param", "op", "output"]


def test_frozen_parameters_are_drawn_with_their_names():
    weight, x = Tensor(np.ones((2, 3))), leaf(np.ones((1, 3)), "x")
    boxes = records(linear(x, weight), {"fc.weight": weight})
    assert [(box.kind, box.name) for box in boxes] == [("param", "x"), ("input", "fc.weight"), ("op", None), ("output", "output")]


def test_an_operand_that_nothing_is_kept_of_is_a_constant_until_it_is_recorded():
    x = leaf(np.ones(2), "x")
    (unknown,) = [box for box in records(x + 2.0) if box.kind == "const"]
    assert (unknown.value, unknown.shape) == (None, None)
    with record():
        y = x + 2.0
    (known,) = [box for box in records(y) if box.kind == "const"]
    assert (known.value, known.shape) == (2.0, ())


def test_saved_arrays_say_which_box_they_are():
    output, params = b_bce()
    boxes = records(output, params)
    by_id = {box.id: box for box in boxes}
    found = [
        (box.op, item.name, by_id[item.of].op or by_id[item.of].name or by_id[item.of].kind)
        for box in boxes
        for item in box.saved
    ]
    assert found == [
        ("linear", "x", "input"),
        ("tanh", "x", "linear"),
        ("linear", "x", "tanh"),
        ("linear", "weight", "fc2.weight"),
        ("sigmoid", "x", "linear"),
        ("binary_cross_entropy", "prediction", "sigmoid"),
        ("binary_cross_entropy", "target", "input"),
    ]


def test_other_arguments_are_attributes_with_their_values():
    x = leaf(np.ones((4, 6)), "x")
    (box,) = [box for box in records(x[1:3, ::2]) if box.kind == "op"]
    assert box.attrs == {"index": (slice(1, 3), slice(None, None, 2))}
    with record():
        y = np.sum(x, axis=1, keepdims=True)
    (box,) = [box for box in records(y) if box.kind == "op"]
    assert (box.attrs["axis"], box.attrs["keepdims"]) == (1, True)


def test_a_graph_is_drawn_after_backward_too():
    output, params = b_bce()
    before = records(output, params)
    output.backward()
    after = records(output, params)
    assert [(box.op, box.shape) for box in after if box.kind == "op"] == [
        (box.op, box.shape) for box in before if box.kind == "op"
    ]
    assert [box.name for box in after if box.kind == "param"] == list(params)
    assert not any(box.saved for box in after)
    for box in after:
        if box.kind == "param":
            np.testing.assert_array_equal(box.grad, params[box.name].grad)


def test_what_a_backward_pass_has_used_up_ends_the_drawing():
    x = leaf(2.0)
    loss = x * x
    loss.backward()
    total = loss + x
    (end,) = [box for box in records(total) if box.released]
    assert (end.op, end.inputs) == ("multiply", [])


def test_graphs_of_gradients():
    x = leaf(0.5, "x")
    y = np.tanh(x)
    y.backward(create_graph=True)
    boxes = records(x.grad)
    assert [box.name for box in boxes if box.kind == "param"] == ["x"]
    assert "sech_squared" in {box.op for box in boxes}


def test_several_outputs_of_one_operation():
    a = leaf(np.diag([1.0, 2.0]), "a")
    values, vectors = np.linalg.eigh(a)
    assert described([values, vectors]) == [
        ("linalg.eigh", [("a", "a")]),
        ("linalg.eigh[0]", [("linalg.eigh", "x")]),
        ("linalg.eigh[1]", [("linalg.eigh", "x")]),
        ("output 0", [("linalg.eigh[0]", "")]),
        ("output 1", [("linalg.eigh[1]", "")]),
    ]
    values.sum().backward()
    assert "linalg.eigh" in {box.op for box in records(vectors)}


def test_an_own_operation():
    @primitive("x³ | 3 ḡ x²", x=lambda g, x: g * 3 * x * x)
    def cubed(x):
        return x**3

    x = leaf(2.0, "x")
    assert described(cubed(x))[0] == ("cubed", [("x", "x")])


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda y, z: y, ["output"]),
        (lambda y, z: [y, z], ["output 0", "output 1"]),
        (lambda y, z: (y, None, z), ["output 0", "output 2"]),
        (lambda y, z: {"loss": y, "parts": {"kl": z}}, ["loss", "output['parts']['kl']"]),
    ],
)
def test_outputs_may_be_in_containers(make, names):
    x = leaf(2.0, "x")
    boxes = records(make(x * 2, x * 3))
    assert [box.name for box in boxes if box.kind == "output"] == names


def test_an_output_that_is_a_view_knows_its_base():
    x = leaf(np.ones((4, 6)), "x")
    *_, base, output = records((x * 2)[1:3][:, ::2])
    assert (base.kind, base.shape, output.base) == ("base", (4, 6), base.id)  # the root of the chain of views
    boxes = records(x[1:3])
    assert boxes[-1].base == boxes[0].id  # a leaf is its own box


def test_names_of_modules_are_found_inside_record():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(3, 4), nn.Linear(4, 2)]

        def forward(self, x):
            for layer in self.layers:
                x = np.tanh(layer(x))
            return x

    net = Net()
    with record():
        y = net(np.ones((5, 3)))
    boxes = records(y)
    assert [box.name for box in boxes if box.kind == "param"] == [name for name, _ in net.named_parameters()]
    assert [tuple(box.module) for box in boxes if box.op == "linear"] == [
        (("layers", "", 0), ("0", "Linear(3, 4)", 0)),
        (("layers", "", 0), ("1", "Linear(4, 2)", 0)),
    ]
    assert [box.module for box in boxes if box.op == "tanh"] == [(), ()]
    assert boxes[-2].source[0] == "test_records.py"
    assert boxes[-2].source[2] == "x = np.tanh(layer(x))"


def test_two_outermost_modules_keep_their_names_apart():
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    with record():
        y = other(one(np.ones((1, 2))))
    names = [box.name for box in records(y) if box.kind == "param"]
    assert names == ["Linear.weight", "Linear.bias", "Linear 2.weight", "Linear 2.bias"]


def test_params_may_be_the_module_itself():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    boxes = records(model(np.ones((1, 2))), model)
    assert [box.name for box in boxes if box.kind == "param"] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [[tuple(part) for part in box.module] for box in boxes if box.op == "linear"] == [
        [("0", "Linear(2, 3)", 0)],
        [("2", "Linear(3, 1)", 0)],
    ]


# record()


def test_recording_keeps_values_as_they_were():
    w = leaf(np.ones(2), "w")
    X = np.ones(2)
    with record():
        y = w * X
    w.data = np.zeros(2)
    X[:] = 5
    (_, operation) = [box for box in records(y) if box.node is not None][:2]
    assert [value.tolist() for value in kept[operation.node].operands] == [[1, 1], [1, 1]]


def test_recording_adds_up_gradients_of_results():
    output, params = recorded()
    boxes = {box.op: box for box in records(output, params)}
    target, p = np.array([[0.0], [1.0], [1.0], [0.0], [1.0]]), boxes["sigmoid"].value
    expected = (p - target) / (p * (1 - p)) / 5  # d BCE / d p
    np.testing.assert_allclose(boxes["sigmoid"].grad, expected, rtol=1e-12)


def test_recorded_values_go_with_the_graph():
    x = leaf(np.ones(3))
    with record():
        y = np.tanh(x) * 2
    node, before = weakref.ref(y._node), len(kept)
    del y
    gc.collect()
    assert node() is None
    assert len(kept) <= before - 2


def test_record_within_other_modes():
    x = leaf(0.0)
    with no_grad(), record():
        assert not (x * 2).requires_grad
    with detect_anomaly(), record(), np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="NaN"):
        x / x
    with record(), record():
        y = x * 2
    assert kept[y._node].operands == [0.0, 2]
    with pytest.raises(TypeError, match=r"write `with record\(\):`"), record:
        pass


def test_record_as_a_decorator_and_in_a_pass_that_is_itself_recorded():
    @record()
    def f(x):
        return x * x * x

    assert grad(grad(f))(2.0) == 12
    assert kept.get(f(leaf(1.0))._node) is not None


def test_the_package_does_not_import_drawing():
    import subprocess
    import sys

    code = "import sys, autograd_core; print([name for name in sys.modules if 'visualize' in name or 'graphviz' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# What is refused

MODEL = nn.Linear(2, 1)


@pytest.mark.parametrize("draw", [visualize.records, visualize.make_dot, visualize.draw, visualize.listing])
@pytest.mark.parametrize(
    ("output", "words"),
    [
        (MODEL, r"got the module Linear itself: pass its result, model\(X\)"),
        (Tensor(1.0).sum, r"the function sum itself: pass its result, with brackets: sum\(…\)"),
        (None, r"got None: a function without `return`\?"),
        (np.ones(2), r"an array, which does not know where it came from: compute with Tensor"),
        (3.0, "got float: pass the Tensor that was computed"),
        ([], "there is no Tensor among the outputs"),
        ({"a": leaf(1.0), "b": "text"}, "among the outputs is str: pass the Tensor"),
        (Tensor(1.0) * 2, r"not part of a graph.*Tensor\(data, requires_grad=True\)"),
    ],
    ids=["module", "bound method", "None", "array", "number", "nothing", "text inside", "no graph"],
)
def test_wrong_outputs(draw, output, words):
    with pytest.raises(TypeError, match=words):
        draw(output)


@pytest.mark.parametrize("params", [3, ["w"], {"w": 1.0}, {1: leaf(1.0)}], ids=["number", "list", "float", "key"])
def test_wrong_params(params):
    with pytest.raises(TypeError, match=r"params must be a dict of names and Tensors.*or the module itself; got"):
        records(leaf(1.0) * 2, params)


@pytest.mark.parametrize("modes", [(record, detect_anomaly), (detect_anomaly, record)], ids=["record first", "anomaly first"])
def test_record_and_detect_anomaly_together_do_what_both_do(modes):
    w = leaf(np.array([1.0, 0.0]), "w")
    with modes[0](), modes[1](), np.errstate(all="ignore"):
        y = (w * 3.0).sum()
        y.backward()
        with pytest.raises(AnomalyError, match="divide made a NaN"):
            w / w
    boxes = {box.op or box.kind: box for box in records(y)}
    assert boxes["const"].value == 3.0
    assert boxes["multiply"].value.tolist() == [3.0, 0.0]
    assert boxes["multiply"].grad.tolist() == [1.0, 1.0]
    assert boxes["sum"].source[0] == "test_records.py"


@pytest.mark.parametrize("recorder", [record, nullcontext], ids=["recorded", "not recorded"])
def test_inputs_and_targets_have_the_names_that_params_gives_them(recorder):
    X, target, w = Tensor(np.ones((5, 3))), np.zeros((5, 2)), leaf(np.ones((3, 2)), "w")
    with recorder():
        y = (X @ w - target) ** 2.0
    names = [box.name for box in records(y, {"X": X, "target": target}) if box.kind == "input"]
    assert names[:1] == ["X"]  # without recording nobody knows more than the shape of what is subtracted
    assert names[1:] == (["target"] if recorder is record else [])
    assert next(box.name for box in records(y, {"X": X._value}) if box.kind == "input") == "X"

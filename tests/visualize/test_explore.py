"""The explorer's page, without a browser: its data against the engine and NumPy, its safety and size, and what it refuses."""

import itertools
import json
import re
import sys

import numpy as np
import pytest

import nn
from autograd_core import Tensor, binary_cross_entropy, checkpoint, primitive, sigmoid
from autograd_core.visualize import explore, record, records
from autograd_core.visualize.events import backward_events
from autograd_core.visualize.payload import block_means, payload
from examples import explore_graph

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "\\N",
    "<!--",
    '"; alert(1); "',
    "x" * 200,
    "😀 émoji",
    "\u202eright to left",
    "",
]


def data_of(page):
    """What the page knows of a computation, of the first one of several."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page.text, re.S)[1])["frames"][0]


def small_net(rng):
    """The 3-4-1 net with binary cross-entropy: (function that computes the loss, its parameters)."""
    x, t = rng.normal(size=(5, 3)), rng.integers(0, 2, (5, 1)).astype(float)
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 1), "b2": (1,)}
    p = {name: Tensor(rng.normal(size=shape), requires_grad=True, name=name) for name, shape in shapes.items()}
    return lambda: binary_cross_entropy(sigmoid(np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]), t), p


def shared():
    """x feeds two branches, one of them twice: a diamond."""
    x = Tensor([1.0, -2.0, 0.5], requires_grad=True, name="x")
    return lambda: (x * x).sum() * x.mean(), {"x": x}


def numbers(array):
    return [float(x) for x in array["x"]]


# Payloads


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array(2.5), {"x": [2.5]}),
        (np.array([True, False]), {"s": [2], "t": "bool", "x": [1, 0], "q": [0, 1, 0.5, 0.5], "n": [1, 0, 0, 0]}),
        (np.zeros((0, 3)), {"s": [0, 3], "x": []}),
        (np.float32([0.1]), {"s": [1], "t": "float32", "x": [0.1]}),
        (np.array([[2**60, -1]]), {"s": [1, 2], "t": "int64", "x": [2**60, -1]}),
        (np.array(3 - 4j), {"t": "complex128", "x": ["3-4j"], "m": [5]}),
        (np.array([np.nan, np.inf, -np.inf, 0, 2]), {"x": ["nan", "inf", "-inf", 0, 2], "q": [0, 2, 1, 1], "n": [1, 1, 1, 1]}),
    ],
    ids=["0-d", "bool", "empty", "float32", "int", "complex", "not finite"],
)
def test_payload(array, expected):
    found = json.loads(payload(array, np.dtype(float)))
    assert {key: found.get(key) for key in expected} == expected


def test_payload_rounds_large_arrays_to_4_digits_and_counts_them_in_32_bins(rng):
    array = rng.normal(size=(30, 40))
    found = json.loads(payload(array))
    np.testing.assert_allclose(found["x"], array.ravel(), rtol=5e-4)
    np.testing.assert_allclose(found["q"], [array.min(), array.max(), array.mean(), array.std()], rtol=1e-3)
    assert found["h"] == np.histogram(array, bins=32)[0].tolist()


@pytest.mark.parametrize(
    "array",
    [np.full(40, np.nan), np.array([1e308, -1e308] * 20), np.full(40, np.float16(65504)), np.array([5e-324, 0.0] * 20)],
    ids=["all NaN", "largest", "float16", "smallest"],
)
def test_payload_of_extreme_numbers_is_json_and_warns_of_nothing(array):
    found = json.loads(payload(array))
    assert len(found["x"]) == 40
    assert sum(found.get("h", [])) in (0, 40)


@pytest.mark.parametrize("shape", [(100, 70), (5000,), (3, 40, 130), (1, 9000)])
def test_a_large_array_is_sent_as_means_of_blocks(rng, shape):
    array = rng.normal(size=shape)
    means, (high, wide) = block_means(array)
    rows = array.reshape(-1, shape[-1]) if len(shape) > 1 else array.reshape(1, -1)
    assert max(means.shape) <= 64
    for r, c in ((0, 0), (means.shape[0] - 1, means.shape[1] - 1)):
        assert means[r, c] == pytest.approx(rows[r * high : (r + 1) * high, c * wide : (c + 1) * wide].mean())
    found = json.loads(payload(array))
    assert found["b"] == [high, wide]
    assert len(found["x"]) == means.size


# The backward pass and its events


@pytest.mark.parametrize("make", [small_net, lambda rng: shared()], ids=["net", "diamond"])
def test_the_last_sums_are_what_backward_puts_into_grad(rng, make):
    compute, parameters = make(rng)
    data = data_of(explore(compute, path=None))
    compute().backward()
    last = {to: total for _, _, to, _, total, *_ in data["bwd"]}
    for i, node in enumerate(data["nodes"]):
        if node["k"] == "param":
            grad = parameters[node["name"]].grad
            np.testing.assert_array_equal(numbers(data["arrays"][last[i]]), grad.ravel(), strict=True)


def test_each_contribution_is_added_to_the_sum(rng):
    compute, _ = shared()
    data = data_of(explore(compute, path=None))
    sums = {i: np.array(numbers(data["arrays"][a])) for i, a in data["seeds"]}
    received = []
    for _, _, to, given, total, *_ in data["bwd"]:
        sums[to] = sums.get(to, 0) + np.array(numbers(data["arrays"][given]))
        np.testing.assert_array_equal(numbers(data["arrays"][total]), sums[to])
        received.append(to)
    x = next(i for i, node in enumerate(data["nodes"]) if node.get("name") == "x")
    assert received.count(x) == 3  # twice from x * x, once from the mean


def test_the_pages_pass_changes_no_grad_and_the_graph_can_still_be_used():
    compute, parameters = shared()
    x, loss = parameters["x"], compute()
    middle = x * 2
    middle.retain_grad()
    both = loss + middle.sum()
    explore(both, path=None)
    assert x.grad is None
    both.backward()
    np.testing.assert_array_equal(middle.grad, np.ones(3))
    before = x.grad.copy()
    explore(compute, path=None)
    np.testing.assert_array_equal(x.grad, before)


def counted(data):
    """{name of a leaf: how many backward steps reach it}."""
    reached = [to for _, _, to, *_ in data["bwd"]]
    return {node.get("name", f"n{i}"): reached.count(i) for i, node in enumerate(data["nodes"]) if node["k"] == "param"}


def test_a_pass_inside_record_is_shown_though_it_used_the_graph_up(rng):
    compute, _ = small_net(rng)
    with record():
        loss = compute()
        loss.backward()
    shown, before = data_of(explore(loss, path=None)), data_of(explore(compute, path=None))
    assert shown["banner"] == ""
    assert counted(shown) == {"W1": 1, "b1": 1, "W2": 1, "b2": 1}
    for one, other in zip(shown["bwd"], before["bwd"], strict=True):
        assert one[:3] == other[:3]
        for k in (3, 4):
            assert numbers(shown["arrays"][one[k]]) == numbers(before["arrays"][other[k]])


def test_a_recorded_pass_begins_with_the_gradient_that_it_was_given():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    with record():
        y = x * 3
        y.backward(gradient=np.array([2.0, 5.0]))
    data = data_of(explore(y, path=None))
    assert [numbers(data["arrays"][a]) for _, a in data["seeds"]] == [[2, 5], [2, 5]]
    assert numbers(data["arrays"][data["bwd"][-1][4]]) == [6, 15]


def test_a_pass_that_another_one_has_gone_over_is_not_shown():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    with record():
        middle = x * x
        first, second = middle.sum(), (middle * 3).sum()
        first.backward(retain_graph=True)
        second.backward()
    with pytest.warns(UserWarning, match="used up this graph"):
        assert data_of(explore(first, path=None))["bwd"] == []
    assert counted(data_of(explore(second, path=None))) == {"x": 2}


def test_a_pass_inside_another_one_does_not_hide_it():
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    with record():
        loss = checkpoint(lambda a: np.tanh(a * 2))(w).sum()
        loss.backward()
    data = data_of(explore(loss, path=None))
    assert counted(data) == {"w": 1}
    np.testing.assert_allclose(numbers(data["arrays"][data["bwd"][-1][4]]), w.grad)


def test_leaves_of_a_function_that_has_returned_keep_name_value_and_gradient():
    def loss():
        w = Tensor([1.0, -2.0], requires_grad=True, name="w")
        return (w * w).sum()

    with record():
        output = loss()
        output.backward()
    (w,) = [box for box in records(output) if box.kind == "param"]
    assert (w.name, w.value.tolist(), w.grad.tolist()) == ("w", [1, -2], [2, -4])
    plain = loss()
    assert [box.name for box in records(plain) if box.kind == "param"] == ["w"]


def test_a_leaf_that_was_trained_since_shows_the_value_that_was_used():
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    with record():
        loss = (w * w).sum()
        loss.backward()
        w.data -= 0.5 * w.grad
    data = data_of(explore(loss, path=None))
    assert numbers(data["arrays"][data["nodes"][0]["val"]]) == [1, 2]


def test_local_derivatives_times_the_gradient_are_the_contributions(rng):
    compute, _ = small_net(rng)
    for output in (compute, recorded_net(rng)):
        data = data_of(explore(output, path=None))
        found = 0
        for sender, _, _, given, _, _, local in data["bwd"]:
            if local is not None:
                g = numbers(data["arrays"][data["nodes"][sender].get("grad", last_total(data, sender))])
                product = np.array(g) * numbers(data["arrays"][local])  # of arrays of 20 elements, four digits are written
                np.testing.assert_allclose(np.sum(numbers(data["arrays"][given])), product.sum(), atol=2e-3 * abs(product).max())
                found += 1
        assert found >= 3


def recorded_net(rng):
    compute, _ = small_net(rng)
    with record():
        loss = compute()
        loss.backward()
    return loss


def last_total(data, i):
    seeds = [a for node, a in data["seeds"] if node == i]
    return ([total for _, _, to, _, total, *_ in data["bwd"] if to == i] or seeds)[-1]


def test_training_steps_are_frames_of_one_page():
    w = Tensor([1.0, -2.0], requires_grad=True, name="w")

    def step():
        loss = (w * w).sum()
        w.grad = None
        loss.backward()
        w.data -= 0.25 * w.grad
        return loss

    page = explore(step, path=None, params={"w": w}, steps=4)
    frames = json.loads(re.search(r'id="data">(.*?)</script>', page.text, re.S)[1])["frames"]
    assert [frame["loss"] for frame in frames] == [5 * 0.25**k for k in range(4)]
    assert ["views" in frame for frame in frames] == [True, False, False, False]
    assert all(counted(frame) == {"w": 2} for frame in frames)
    by_leaves = explore(lambda w: (w * w).sum(), path=None, steps=4, lr=0.25, w=[1.0, -2.0])
    again = json.loads(re.search(r'id="data">(.*?)</script>', by_leaves.text, re.S)[1])["frames"]
    assert [frame["loss"] for frame in again] == [frame["loss"] for frame in frames]


def test_hooks_have_their_say_and_stay():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    handle = x.register_hook(lambda g: g * 10)
    data = data_of(explore((x * 3).sum(), path=None))
    assert numbers(data["arrays"][data["nodes"][0]["grad"]]) == [30, 30]
    handle.remove()
    (x * 3).sum().backward()
    np.testing.assert_array_equal(x.grad, [3, 3])


def test_gradients_that_are_partial_are_shown_whole():
    x = Tensor(np.arange(4.0), requires_grad=True)
    data = data_of(explore(x[0] * 2 + x[3] + x[0], path=None))
    totals = [numbers(data["arrays"][total]) for _, _, to, _, total, *_ in data["bwd"] if to == 0]
    assert totals == [[1, 0, 0, 0], [1, 0, 0, 1], [3, 0, 0, 1]]


def test_an_operation_with_several_outputs_gets_each_ones_gradient():
    matrix = Tensor(np.diag([1.0, 4.0]), requires_grad=True, name="M")
    values, vectors = np.linalg.eigh(matrix)
    data = data_of(explore((values * [2.0, 3.0]).sum() + (vectors * vectors).sum(), path=None))
    last = next(total for _, _, to, _, total, *_ in reversed(data["bwd"]) if data["nodes"][to].get("name") == "M")
    np.testing.assert_allclose(numbers(data["arrays"][last]), [2, 0, 0, 3], atol=1e-12)


def test_events_come_in_an_order_in_which_every_sender_is_complete():
    x = Tensor(0.3, requires_grad=True)
    y = np.sin(x)
    loss = y * np.exp(y) + y * x
    seen, events = set(), []
    backward_events([loss._node], [np.float64(1)], events.append)
    for event in events:
        assert event.to not in seen
        seen.add(event.node)


# What a page has


def test_a_recorded_function_has_formulas_sources_and_all_values():
    compute, _ = shared()
    data = data_of(explore(compute, path=None))
    times = next(node for node in data["nodes"] if node.get("op") == "multiply")
    assert times["f"] == "a b"
    assert times["d"] == ["ḡ b", "ḡ a"]
    assert times["src"][0].endswith("test_explore.py")
    assert times["src"][2] == 'return lambda: (x * x).sum() * x.mean(), {"x": x}'
    assert all("val" in node for node in data["nodes"])


def test_without_record_there_are_the_structure_and_what_the_graph_saved():
    x = Tensor([1.0, 2.0], requires_grad=True)
    data = data_of(explore(np.log(x * 3).sum(), path=None))
    by_op = {node.get("op"): node for node in data["nodes"]}
    assert numbers(data["arrays"][by_op["multiply"]["val"]]) == [3, 6]  # log saved it
    assert "val" not in by_op["log"]
    assert len(data["bwd"]) == 3


def test_a_released_graph_shows_structure_and_leaves_and_warns():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    loss = (x * x).sum()
    loss.backward()
    with pytest.warns(UserWarning, match=r"explore: A backward pass has used up this graph.*record\(\)") as caught:
        data = data_of(explore(loss, path=None))
    assert caught[0].filename == __file__
    assert "A backward pass has used up this graph" in data["banner"]
    assert data["bwd"] == data["seeds"] == []
    leaf = next(node for node in data["nodes"] if node.get("name") == "x")
    assert numbers(data["arrays"][leaf["grad"]]) == [2, 4]


def test_an_output_that_is_no_scalar_starts_from_ones():
    x = Tensor([1.0, 2.0], requires_grad=True)
    data = data_of(explore({"double": x * 2, "square": x * x}, path=None))
    assert "starts from ones" in data["notes"][0]
    assert data["title"] == "Computation graph of double, square"
    last = next(total for _, _, to, _, total, *_ in reversed(data["bwd"]) if to == 0)
    assert numbers(data["arrays"][last]) == [4, 6]


def test_values_and_grads_can_be_left_out():
    compute, _ = shared()
    data = data_of(explore(compute, path=None, values=False, grads=False))
    assert data["arrays"] == data["bwd"] == []


def test_an_operation_without_a_doc_has_no_formula():
    @primitive(x=lambda g: g * 2)
    def double(x):
        return x * 2

    data = data_of(explore(double(Tensor(1.0, requires_grad=True)), path=None))
    node = next(node for node in data["nodes"] if node.get("op") == "double")
    assert "f" not in node
    assert node["d"] == [None]


def test_modules_are_views_and_a_call_is_never_before_and_behind_something():
    nn.manual_seed(0)
    layer = nn.Linear(2, 2)

    class Twice(nn.Module):
        def __init__(self):
            self.layer = layer

        def forward(self, x):
            return self.layer(np.tanh(self.layer(x))).sum()

    model, x = Twice(), np.ones((1, 2))
    data = data_of(explore(lambda: model(x), path=None))
    names = [view["name"] for view in data["views"]]
    assert names == ["graph", "layer : Linear(2, 2)", "layer : Linear(2, 2), call 2", "graph"]
    root = data["views"][0]
    assert {-1, -2} <= {box[0] for box in root["box"]}
    assert len(data["views"][3]["box"]) == len(data["nodes"])


# Safe, stable, small, quick


def test_hostile_names_stay_inside_their_script():
    leaves = [Tensor(float(i), requires_grad=True, name=name) for i, name in enumerate(HOSTILE)]
    total = sum(leaves[1:], leaves[0])
    total.name = HOSTILE[0]
    page = explore(total, path=None)
    assert page.text.count("</script>") == 2
    found = [node.get("name") for node in data_of(page)["nodes"] if node["k"] == "param"]
    assert found == [name or None for name in HOSTILE]


def test_the_page_is_the_same_every_time_and_names_no_address():
    def page():
        compute, _ = small_net(np.random.default_rng(0))
        return explore(compute, path=None).text

    text = page()
    assert text == page()
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:" in text


@pytest.mark.heavy
def test_pages_of_the_example_keep_to_their_size(tmp_path):
    explore_graph.main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "backward.gif", *[f"digits.{kind}" for kind in ("html", "svg", "txt")], "expression.html",
        *[f"net_3_4_1.{kind}" for kind in ("html", "svg", "txt")], "training.html",
    ]  # fmt: skip
    assert (tmp_path / "net_3_4_1.html").stat().st_size < 72_000
    assert "binary_cross_entropy" in (tmp_path / "net_3_4_1.txt").read_text(encoding="utf-8")


def test_the_largest_values_go_first_where_a_page_would_be_too_large(rng):
    w = Tensor(rng.normal(size=(50, 50)), requires_grad=True, name="w")
    v = Tensor(rng.normal(size=50), requires_grad=True, name="v")

    def compute():
        return np.tanh(w @ v).sum()

    small = explore(compute, path=None, max_bytes=72_000)
    data = data_of(small)
    assert len(small.text) < 72_000 < len(explore(compute, path=None).text)
    value = {node["name"]: data["arrays"][node["val"]] for node in data["nodes"] if node["k"] == "param"}
    assert "x" in value["v"]
    assert "x" not in value["w"]
    assert len(value["w"]["q"]) == 4
    assert "large arrays were left out" in data["notes"][0]


def chain(n):
    x = Tensor(0.5, requires_grad=True)
    for _ in range(n):
        x = np.sin(x)
    return x


def test_a_large_graph_opens_in_parts():
    data = data_of(explore(chain(3000), path=None))
    assert [view["name"] for view in data["views"][:3]] == ["graph", "sin ×2999", "part 1 of 12"]
    assert max(len(view["box"]) for view in data["views"]) < 300
    assert data["start"] == 0


def test_a_graph_that_no_page_can_hold_is_refused_with_advice():
    with pytest.raises(ValueError, match=r"more than 20,000 nodes, which is what a page can hold.*depth=1"):
        explore(chain(100_000), path=None)


@pytest.mark.heavy
def test_an_export_takes_time_in_proportion_to_the_nodes():
    """Counted in calls, which no other program on the machine delays: with four times the nodes there are no more than that."""
    rng, counts = np.random.default_rng(0), []
    for layers in (100, 400):
        net = nn.Sequential(*[layer for _ in range(layers) for layer in (nn.Linear(8, 8), nn.Tanh())])
        with record():
            loss = (net(rng.normal(size=(4, 8))) ** 2).mean()
        calls = itertools.count()
        sys.setprofile(lambda *event, calls=calls: next(calls))
        try:
            explore(loss, path=None)
        finally:
            sys.setprofile(None)
        counts.append(next(calls))
    assert 1 < counts[1] / counts[0] < 5


# What it takes and returns


def test_it_writes_the_file_and_shows_in_a_notebook(tmp_path):
    compute, _ = shared()
    page = explore(compute, path=tmp_path / "graph.html")
    assert page.path.read_text(encoding="utf-8") == page.text
    frame = page._repr_html_()
    assert frame.startswith('<iframe title="Computation graph" srcdoc="&lt;!doctype html&gt;')
    assert frame.count('"') == 8  # nothing of the page ends an attribute
    assert repr(page) == f"<explorer of {tmp_path / 'graph.html'}, {len(page.text.encode()):,} bytes>"


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (lambda: nn.Linear(2, 2), "the module Linear itself: pass its result"),
        (lambda: Tensor(1.0, requires_grad=True).sum, "the function sum itself: pass its result"),
        (lambda: lambda x: x, "the function <lambda> itself: pass its result"),
        (lambda: None, "got None"),
        (lambda: lambda: None, "got None"),
        (lambda: Tensor(1.0), "not part of a graph"),
        (lambda: np.ones(2), "an array, which does not know where it came from"),
    ],
    ids=["module", "bound method", "function of something", "None", "returns None", "constant", "array"],
)
def test_what_is_no_result_is_refused_and_nothing_is_written(what, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        explore(what(), path=tmp_path / "graph.html")
    assert not list(tmp_path.iterdir())

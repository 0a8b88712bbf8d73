"""Live pages without a browser: what the page asks, what the engine answers, and who may ask."""

import http.client
import json
import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.visualize import explore
from autograd_core.visualize.expression import evaluate


def loss(x, w):
    return ((w * x - 1) ** 2).sum()


@pytest.fixture
def live():
    page = explore(loss, x=2.0, w=np.ones(3), live=True)
    yield page
    page.close()


def ask(page, **request):
    return json.loads(page.answer(request))


def numbers(frame, k):
    return np.array(frame["arrays"][k]["x"], float)


def gradients(frame):
    """{name: (value, gradient)} of the leaves, as the page shows them."""
    last = {to: total for _, _, to, _, total, *_ in frame["bwd"]}
    return {
        node["name"]: (numbers(frame, node["val"]), numbers(frame, last[i]))
        for i, node in enumerate(frame["nodes"])
        if node["k"] == "param"
    }


def test_a_number_that_is_set_changes_the_gradients_to_those_of_backward(live):
    frame = ask(live, do="set", leaf="w", index=1, value=-0.5)["frame"]
    w, x = Tensor([1.0, -0.5, 1.0], requires_grad=True), Tensor(2.0, requires_grad=True)
    loss(x, w).backward()
    shown = gradients(frame)
    np.testing.assert_array_equal(shown["w"], (w.data, w.grad))
    np.testing.assert_array_equal(shown["x"], ([x.data], [x.grad]))


def test_gradient_steps_go_down_and_can_be_taken_back(live):
    reply = ask(live, do="step", lr=0.05, times=3)
    w, x = np.ones(3), 2.0
    for _ in range(3):
        gw, gx = 2 * (w * x - 1) * x, (2 * (w * x - 1) * w).sum()
        w, x = w - 0.05 * gw, x - 0.05 * gx
    shown = gradients(reply["frame"])
    np.testing.assert_allclose(shown["w"][0], w, rtol=1e-12)
    np.testing.assert_allclose(shown["x"][0], [x], rtol=1e-12)
    assert reply["live"]["losses"] == [3.0, pytest.approx(((w * x - 1) ** 2).sum())]
    assert gradients(ask(live, do="reset")["frame"])["x"][0] == [2]


def test_an_expression_takes_the_place_of_the_function(live):
    frame = ask(live, do="expression", text="np.sin(x) * w[1:].sum()")["frame"]
    shown = gradients(frame)
    np.testing.assert_allclose(shown["x"][1], 2 * np.cos(2.0))
    np.testing.assert_allclose(shown["w"][1], [0, np.sin(2.0), np.sin(2.0)])
    assert frame["loss"] == pytest.approx(2 * np.sin(2.0))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"do": "expression", "text": "x +"}, "this is no expression"),
        ({"do": "expression", "text": "z + 1"}, "z is not known"),
        ({"do": "expression", "text": "2 + 2"}, "Tensor"),
        ({"do": "set", "leaf": "nobody", "index": 0, "value": 1}, "nobody"),
        ({"do": "step", "lr": 0.1, "times": 10**9}, "between 1 and 1000 steps"),
        ({"do": "dance"}, "not 'dance'"),
        ({}, "not None"),
    ],
    ids=["syntax", "name", "no graph", "leaf", "steps", "word", "nothing"],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(live, request_, message):
    assert message in ask(live, **request_)["wrong"]
    shown = gradients(ask(live, do="reset")["frame"])
    np.testing.assert_array_equal(shown["w"][0], np.ones(3))


EVIL = [
    "__import__('os').system('true')", "x.__class__", "().__class__.__base__", "open('a')", "[x for x in (1,)]", "lambda: 1",
    "'a' * 9", "np.load('a')", "np.lib.format", "x.numpy().tofile('a')", "np.sin.__globals__", "(x := 3)", "eval('1')",
    "f'{x}'", "x if x else x", "np.sum(x, out=x)", "x[x]", "sum.__self__", "1j", "x and x", "exec('1')", "np.exp(x, where=0)",
    "1 << 9", "{1: 2}",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_an_expression_can_do_nothing_but_compute(text):
    with pytest.raises(ValueError, match=r"not allowed|no function|not known|by name|must be|no expression"):
        evaluate(text, {"x": Tensor([1.0], requires_grad=True)})


def test_an_endless_power_ends_and_a_long_text_is_refused():
    with pytest.raises(OverflowError):
        evaluate("9**9**9**9", {})
    with pytest.raises(ValueError, match="500 characters"):
        evaluate("x+" * 300 + "x", {"x": 1.0})
    with pytest.raises(ValueError, match="no expression"):
        evaluate("(" * 400 + ")", {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*x**3 - x/4", 2 * 0.7**3 - 0.7 / 4), ("np.exp(-x) + sin(pi)", np.exp(-0.7) + np.sin(np.pi)),
        ("np.where(x > 0.5, x, -x)", 0.7), ("relu(x - 1) + sigmoid(x)", 1 / (1 + np.exp(-0.7))), ("maximum(x, e)", np.e),
        ("(a @ a.T).sum(axis=0)[-1]", 24.0), ("a[0, ::2].mean()", 1.0), ("np.sum(a, axis=1, keepdims=True)[1, 0]", 3.0),
    ],
)  # fmt: skip
def test_expressions_are_numpys(text, expected):
    leaves = {"x": Tensor(0.7, requires_grad=True), "a": Tensor([[1.0, 1, 1], [1, 1, 1], [2, 2, 2]])}
    found = evaluate(text, leaves)
    np.testing.assert_allclose(getattr(found, "data", found), expected)


def connect(page, method="GET", name="", token=None, body=None, **headers):
    port, right = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/(.{20,})/", page.url).groups()
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    connection.request(method, f"/{right if token is None else token}/{name}", body, headers)
    reply = connection.getresponse()
    return reply.status, reply.read().decode(), dict(reply.getheaders())


JSON = {"Content-Type": "application/json"}


def test_the_server_answers_who_knows_the_token(live):
    status, text, headers = connect(live)
    assert (status, text[:15]) == (200, "<!doctype html>")
    assert "connect-src 'self'" in text
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    status, text, _ = connect(live, "POST", "ask", body=json.dumps({"do": "set", "leaf": "x", "index": 0, "value": 5}), **JSON)
    assert status == 200
    assert gradients(json.loads(text)["frame"])["x"][0] == [5]


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ({"token": "guessed"}, 404),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:80"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"method": "POST", "name": "ask", "body": "{}"}, 400),
        ({"method": "POST", "name": "ask", "body": "[1]", **JSON}, 400),
        ({"method": "POST", "name": "ask", "body": "{", **JSON}, 400),
        ({"method": "POST", "name": "ask", "body": "x" * 20_000, **JSON}, 400),
        ({"name": "../"}, 404),
    ],
    ids=["token", "host", "host and port", "origin", "null origin", "form", "list", "no JSON", "large", "path"],
)
def test_the_server_refuses_anybody_else(live, what, status):
    assert connect(live, **what)[0] == status
    assert gradients(ask(live, do="reset")["frame"])["x"][0] == [2]


def test_parameters_of_a_model_are_leaves_too():
    nn.manual_seed(0)
    model, x = nn.Linear(2, 1), np.ones((3, 2))
    page = explore(lambda: (model(x) ** 2).mean(), params=model, live=True)
    before = model.weight.numpy().copy()
    reply = ask(page, do="step", lr=0.1)
    assert reply["live"]["leaves"] == ["weight", "bias"]
    assert reply["live"]["losses"][1] < reply["live"]["losses"][0]
    assert model.weight.grad is None
    assert not np.array_equal(model.weight.numpy(), before)
    ask(page, do="reset")
    np.testing.assert_array_equal(model.weight.numpy(), before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: explore(Tensor(1.0, requires_grad=True) * 2, live=True),
            "a live page needs a function that computes again.*got Tensor",
        ),
        (lambda: explore(lambda: 1, live=True), "name the leaves"),
        (
            lambda: explore(Tensor(1.0, requires_grad=True) * 2, vaules=True),
            "vaules: no arguments of explore; as leaves they need a",
        ),
        (lambda: explore(loss, x=1.0, w=np.ones(2), live=True, steps=3), "leave out steps"),
        (lambda: explore(loss, x=Tensor(1.0), w=np.ones(2), path=None), "x must be a number, an array, or a leaf"),
        (lambda: explore(Tensor(1.0, requires_grad=True) * 2, path=None, steps=3), "needs a function"),
        (lambda: explore(lambda x: x * np.ones(2), path=None, x=1.0, steps=3), "returns one number"),
        (lambda: explore(loss, nn.Linear(2, 2)), "path must be a file name or None, got Linear; write params="),
    ],
    ids=["no function", "no leaves", "misspelt", "steps", "constant", "steps of a result", "no loss", "a module for a path"],
)
def test_what_cannot_be_live_is_refused(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_a_notebook_gets_a_widget_that_answers():
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    from autograd_core.visualize.widget import widget_of

    page = explore(loss, x=2.0, w=np.ones(3), live=True)
    widget, sent = widget_of(page), []
    assert '"at": "notebook"' in widget.page
    widget.send = sent.append
    message = {"autograd": 0.5, "request": {"do": "set", "leaf": "x", "index": 0, "value": 7}}
    widget._handle_custom_msg(message, [])
    assert sent[0]["autograd"] == 0.5
    assert gradients(sent[0]["reply"]["frame"])["x"][0] == [7]
    assert page._server is None
    assert "application/vnd.jupyter.widget-view+json" in str(page._repr_mimebundle_())

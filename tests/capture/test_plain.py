"""What is written in terms of plainer calls: the same numbers, and what two have in common is made once."""

import itertools
import re

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing.passes import cleaning
from autograd_core.capturing.passes.plain import plain, scattered
from tests.capture.common import equal
from tests.each import together

r = np.random.default_rng(0)
X = r.normal(size=(6, 5, 4))


def program(step, *args, passes):
    """The text of the program, after results were compared with the step's, bit for bit."""
    fast = capture(step, strict=True, passes=passes)
    for scale in (1, 1, 0.5, -1):
        others = [(arg * scale).astype(arg.dtype) for arg in args]
        equal(fast(*others), step(*others), exact=True)
    return fast.program.text


FUNCTIONS = [np.sum, np.prod, np.max, np.amin, np.any, np.all, np.mean, np.var, np.std]
DTYPES = [np.float16, np.float32, np.float64, np.int64, bool, complex]
AXES = [None, 0, -1, (0, 2), (-1,), ()]
REDUCTIONS = [
    pytest.param(*case, id=f"{case[0].__name__}-{case[1]}-{case[2]}-{case[3].__name__}")
    for case in itertools.product(FUNCTIONS, [False, True], AXES, DTYPES)
]


@together(["function", "keepdims", "axis", "dtype"], REDUCTIONS, by=lambda function, keepdims, axis, dtype: function.__name__)
def test_reductions(function, keepdims, axis, dtype):
    x = (X[:3] * 1.2).astype(dtype)
    program(
        lambda x: np.negative(function(np.copy(x) if dtype is bool else np.negative(x), axis=axis, keepdims=keepdims) * 1.5),
        x,
        passes=(plain,),
    )


@pytest.mark.parametrize(
    "step",
    [
        lambda x: np.sum(x, 1), lambda x: np.max(x, 1, keepdims=True), lambda x: np.mean(x, (0, 1)), lambda x: x.sum(axis=0),
        lambda x: x.std(1), lambda x: np.var(x, axis=0, ddof=1), lambda x: np.add.reduce(x, 1, None), lambda x: np.max(x),
        lambda x: np.add.reduce(x),
    ],
)  # fmt: skip
def test_arguments_in_other_places(step):
    text = program(lambda x: step(x * 2) * 2, X, passes=(plain,))
    assert not any(f" {name}(" in text for name in ("sum", "mean", "var", "std", "max"))


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("sum", lambda x: np.sum(x, axis=0, dtype=np.float32)), ("max", lambda x: np.max(x, axis=0, initial=0)),
        ("mean", lambda x: np.mean(x, axis=0, where=x > 0)), ("var", lambda x: np.var(x, axis=0, ddof=0.5)),
    ],
)  # fmt: skip
def test_what_says_more_is_left(name, step):
    assert f"{name}(" in program(lambda x: step(x * 2) * 2, X, passes=(plain,))


def test_a_mean_and_a_variance_share_their_sum():
    def step(x):
        mean = np.mean(x, axis=0, keepdims=True)
        return (x - mean) / np.sqrt(np.var(x, axis=0) + 1)

    text = program(step, X, passes=(plain, cleaning.shared, cleaning.unused))
    assert text.count("add_reduce(") == 2
    assert text.count("subtract(") == 1


def parts(t):
    return np.sum(t[:2] ** 2) + np.sum(t[1:3] ** 3) + np.sum(t[4] * t[0])


def test_parts_of_a_gradient_are_added_in_their_places():
    t = Tensor(X, requires_grad=True)

    def step(x):
        t.grad = None
        (parts(t * x) + 0).backward()
        return t.grad

    assert program(step, X, passes=()).count("fill(") == 4
    text = program(step, X, passes=(scattered, cleaning.unused))
    assert text.count("fill(") == 1


SPLITS = {  # how many sums are left
    "rows": (lambda t: (t[:2], t[2:5], t[5:]), 0),
    "single rows": (lambda t: (t[0], t[-1], t[-2]), 0),
    "columns": (lambda t: (t[:, 0], t[:, 1:2], t[:, 2:]), 0),
    "along the last axis": (lambda t: (t[..., 0], t[..., 1:3], t[:, :, 3]), 0),
    "columns across others": (lambda t: (t[:, 0], t[:, 1:2], t[..., 2]), 2),
    "corners": (lambda t: (t[:2, :1], t[2:, :1], t[:, 1:]), 0),
    "every second row": (lambda t: (t[::2, 0], t[::-1, 1]), 0),
    "some twice": (lambda t: (t[:3], t[2:4], t[4:]), 1),
    "a row twice": (lambda t: (t[1], t[1], t[0]), 1),
    "a row and all": (lambda t: (t[...], t[-1]), 1),
    "rows beside rows": (lambda t: (t[::2], t[1::2]), 1),  # which is not seen
    "a new axis": (lambda t: (t[None, 0], t[1]), 1),
    "chosen rows": (lambda t: (t[[0, 2]], t[1]), None),
}


@pytest.mark.parametrize(("split", "left"), SPLITS.values(), ids=SPLITS)
def test_parts_that_lie_apart_are_set(split, left):
    t = Tensor(X, requires_grad=True)

    def step(x):
        t.grad = None
        sum(np.sum(np.sin(part) * (i + 2)) for i, part in enumerate(split(t * x))).backward()
        return t.grad * 2

    text = program(step, X, passes=(scattered, cleaning.unused))
    sums = len(re.findall(r"^ *add\(", text, re.MULTILINE))
    assert left is None or sums == left, text


@pytest.mark.parametrize(
    "step",
    [
        lambda a, b: (a + b, b), lambda a, b: a + b + a, lambda a, b: (a + b) + (b + a), lambda a, b: a + a,
        lambda a, b: b + a * 1, lambda a, b: (b + np.zeros_like(b), a),
    ],
)  # fmt: skip
def test_parts_that_are_used_elsewhere(step):
    def whole(x):
        a, b = np.zeros_like(x), np.zeros_like(x)
        a[1:3] += x[1:3]
        b[2:] += x[:4]
        return step(a, b)

    program(whole, X, passes=(scattered, cleaning.unused))
    program(whole, X, passes=(cleaning.direct, scattered, cleaning.shared, cleaning.unused))


def test_adding_at_an_index_that_hits_nothing_twice_is_a_sum():
    def step(x):
        out, other = np.zeros_like(x), np.zeros_like(x)
        np.add.at(out, slice(1, 3), x[:2])
        np.add.at(out, (0, 1), 2)
        np.multiply.at(out, (Ellipsis, 0), 3)
        np.negative.at(out, 2)
        np.add.at(other, [0, 0, 1], x[:3])
        return out, other

    text = program(step, X, passes=())
    assert text.count("_at(") == 1

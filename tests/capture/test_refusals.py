"""What a replay cannot do: an error with the line and the way out if strict, else the step as it is, after one warning."""

import time
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.errors import CaptureError

X = np.random.default_rng(0).normal(size=(5, 3))
W = Tensor(np.ones(3), requires_grad=True)
RNG = np.random.default_rng(0)
losses = []


def takes_item(x):
    return x * x.sum().item()


def takes_float(x):
    return x * float(np.mean(x))


def prints_a_value(x):
    print(x.sum())
    return x


def prints(x):
    print("step")
    return x


def formats(x):
    return x, f"{x[0, 0]}"


def draws(x):
    return x + np.random.default_rng().normal(size=3)


def draws_globally(x):
    return x + np.random.normal(size=3)


def tells_the_time(x):
    return x + time.perf_counter()


def returns_a_graph(x):
    return x @ W


def collects(x):
    losses.append(x.sum())
    return x


def makes_a_leaf(x):
    w = Tensor(np.ones(3), requires_grad=True)
    np.sum(w * 2).backward()
    return x + w.grad


def shifts_by_a_value(x):
    return x[: int(x.sum() * 0) + 2]


def creates_a_graph(x):
    W.grad = None
    np.sum(x @ W * W).backward() if False else np.sum((x @ W) ** 2).backward(create_graph=True)


def writes_into_a_view(x):
    y = x.T
    y += 1
    return x


def writes_into_an_array_of_its_own(x):
    out = np.empty(3)
    np.sum(x, axis=0, out=out)
    return out


def finds_as_many_as_there_are(x):
    return np.nonzero(x)


def puts(x):
    y = x * 2
    np.put(y, [0], 1.0)
    return y


def lists(x):
    return x.tolist()


def cuts_at_a_value(x):
    return x[: np.argmax(x[0])]


def adds_at_in_an_array_of_its_own(x):
    total = np.zeros(3)
    np.add.at(total, [0, 0], x[0, :2])
    return total


def chooses_where_to_write(x):
    y = x * 2
    np.copyto(y, x, where=x > 0)
    return y


def shuffles(x):
    RNG.shuffle(x)


def draws_by_a_value(x):
    return RNG.normal(x)


def writes_what_another_view_sees(x):
    y = x * 2
    part = y[:1]
    y += 1
    return part


def changes_an_array_of_its_own(x):
    weights = np.zeros(3)
    first = x * weights
    weights[0] = 1
    return first + x * weights


def converts(x):
    return np.frombuffer(x, dtype=float)


REFUSALS = {
    takes_item: r"item\(\) takes a number out of the step.*return x \* x.sum\(\).item\(\).*return the array",
    takes_float: r"float\(…\).*float\(np.mean\(x\)\).*use NumPy's functions",
    prints_a_value: r"print\(\) would happen once.*print\(x.sum\(\)\)",
    prints: r"print\(\) would happen once.*print what the captured step returns",
    formats: r"printing takes a number out.*formats|printing takes a number out",
    draws: "is not what the step does.*random numbers",
    draws_globally: "random numbers of the whole process.*numpy.random.Generator that it closes over",
    tells_the_time: r"time.perf_counter would be called once, while recording.*call it outside",
    returns_a_graph: r"returns a Tensor that is part of a graph.*return t.detach\(\)",
    collects: "makes losses longer or shorter.*collect them outside",
    makes_a_leaf: "a Tensor that requires a gradient is made inside the step.*make it outside",
    shifts_by_a_value: r"int\(…\) takes a number out.*x\[: int",
    creates_a_graph: "create_graph=True",
    writes_into_a_view: r"a change in place of a view.*y \+= 1.*write y = x \+ 1",
    writes_into_an_array_of_its_own: "an array that capture does not know",
    finds_as_many_as_there_are: r"nonzero has as many results.*write np.where\(condition, a, b\)",
    puts: r"put changes an array in place.*write arr\[index\] = value",
    lists: r"tolist\(\) takes a number out of the step.*return the array",
    cuts_at_a_value: "a slice whose bounds are values of the step",
    adds_at_in_an_array_of_its_own: r"add.at writes values of the step into a plain array.*np.zeros_like\(x\)",
    chooses_where_to_write: r"copyto into an array that capture does not know, or with where=.*write np.where",
    shuffles: r"shuffle changes its argument in place.*write x\[generator.permutation\(len\(x\)\)\]",
    draws_by_a_value: r"a random draw, normal\(…\), whose arguments are values of the step",
    writes_what_another_view_sees: r"of which there is another view.*write y = x \+ 1",
    changes_an_array_of_its_own: r"changes an array of its own that it has used before .*first = x \* weights.*make another one",
    converts: r"raises TypeError: .*'numpy.ndarray'.* if it is recorded",
}


@pytest.mark.parametrize("step", REFUSALS, ids=lambda step: step.__name__)
def test_refused_by_its_words(step, capsys):
    losses.clear()
    fast = capture(step, strict=True)
    call = lambda: [fast(X.copy()) for _ in range(6)]
    with pytest.raises(CaptureError, match="(?s)" + REFUSALS[step]):
        call()


@pytest.mark.parametrize("step", [takes_item, takes_float, formats], ids=lambda step: step.__name__)
def test_runs_as_it_is_after_one_warning(step):
    fast = capture(step)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        results = [fast(X) for _ in range(4)]
    (warning,) = caught
    assert step.__name__ in str(warning.message)
    assert "runs as it is, not captured" in str(warning.message)
    expected = step(X)
    for result in results:
        for one, other in zip(result, expected, strict=True):
            assert np.all(one == other)


def test_a_failed_recording_changes_nothing():
    w = Tensor(np.ones(3), requires_grad=True)
    total = np.zeros(3)

    def step(x):
        w.grad = None
        np.sum(x @ w).backward()
        w.data -= w.grad
        total[...] += 1
        return w.grad.sum().item()

    fast = capture(step)
    fast(X)
    with pytest.warns(RuntimeWarning, match="not captured"):
        fast(X)
    np.testing.assert_allclose(w.data, 1 - 2 * X.sum(axis=0))
    assert type(w.data) is np.ndarray
    assert type(w.grad) is np.ndarray
    assert total.tolist() == [2, 2, 2]
    assert print.__module__ == "builtins"
    assert np.asarray.__module__ == "numpy"

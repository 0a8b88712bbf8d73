"""grad of results, by Tensors that they were computed from: as PyTorch's autograd.grad."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad
from autograd_core.errors import DTypeError, GraphError, ShapeError

X = np.array([0.5, -1.0, 2.0])


def leaf(values=X, **kwargs):
    return Tensor(values, requires_grad=True, **kwargs)


def test_by_leaves_and_by_results_on_the_way():
    """Of Σ sin²(x y): by h = x y it is sin 2h, by x that times y."""
    x, y = leaf(), leaf(3.0)
    h = x * y
    loss = np.sum(np.sin(h) ** 2)
    found = grad(loss, [x, h, y, loss])
    slope = np.sin(2 * 3 * X)
    for g, expected in zip(found, (3 * slope, slope, np.sum(slope * X), 1.0), strict=True):
        np.testing.assert_allclose(g, expected, rtol=1e-14)
        assert not isinstance(g, Tensor)
    assert (x.grad, y.grad) == (None, None)


def test_a_single_input_has_a_tuple_too():
    x = leaf()
    found = grad(np.sum(x * x), x)
    assert type(found) is tuple
    np.testing.assert_array_equal(found[0], 2 * X)


def test_what_is_there_in_grad_stays():
    model = nn.Linear(3, 1)
    np.sum(model(X)).backward()
    before = {name: p.grad.copy() for name, p in model.named_parameters()}
    found = grad(np.sum(model(X) * 2), model.parameters())  # a generator
    for (name, p), g in zip(model.named_parameters(), found, strict=True):
        np.testing.assert_array_equal(p.grad, before[name])
        np.testing.assert_allclose(g, 2 * before[name])


def test_higher_orders():
    """x⁵ four times; and a penalty on a gradient: of Σ (3x²)² the gradient is 36 x³."""
    x = leaf()
    derivative = np.sum(x**5)
    for k, factor in enumerate((5, 20, 60, 120)):
        (derivative,) = grad(np.sum(derivative), x, create_graph=True)
        np.testing.assert_allclose(derivative.data, factor * X ** (4 - k), rtol=1e-12)
    (slope,) = grad(np.sum(x**3), x, create_graph=True)
    np.sum(slope**2).backward()
    np.testing.assert_allclose(x.grad, 36 * X**3, rtol=1e-12)


def test_as_it_is_written_for_differential_equations():
    """u = t³ of a column t: keywords, and grad_outputs of ones."""
    t = leaf(X[:, None])
    u = t**3
    (u_t,) = grad(outputs=u, inputs=t, grad_outputs=np.ones_like(u.data), retain_graph=True, create_graph=True)
    u_tt = grad(u_t, t, np.ones((3, 1)))[0]
    np.testing.assert_allclose(u_t.data, 3 * X[:, None] ** 2)
    np.testing.assert_allclose(u_tt, 6 * X[:, None])


def test_several_outputs_add_up():
    x = leaf()
    a, b = np.sum(x * x), x * 3
    (found,) = grad([a, b], x, [None, np.array([1.0, 10.0, 100.0])])
    np.testing.assert_allclose(found, 2 * X + 3 * np.array([1, 10, 100]))


def test_the_same_input_twice_has_arrays_of_their_own():
    x = leaf()
    first, second = grad(np.sum(x * x), [x, x])
    first[:] = 0
    np.testing.assert_array_equal(second, 2 * X)


def test_the_graph_is_released_or_kept():
    x = leaf()
    loss = np.sum(x**2)
    grad(loss, x, retain_graph=True)
    grad(loss, x)
    with pytest.raises(GraphError):
        grad(loss, x)


def test_only_what_lies_between_is_released():
    x = leaf()
    h = np.exp(x)
    loss = np.sum(h * h)
    grad(loss, h)
    np.testing.assert_allclose(grad(np.sum(h), x)[0], np.exp(X))


def test_unused_inputs():
    x, other = leaf(), leaf(name="other")
    loss = np.sum(x * x)
    with pytest.raises(GraphError, match=r"the outputs do not depend on inputs\[1\], .*other.*allow_unused=True"):
        grad(loss, [x, other], retain_graph=True)
    assert grad(loss, [x, other], retain_graph=True, allow_unused=True)[1] is None
    np.testing.assert_array_equal(grad(loss, [x, other], materialize_grads=True)[1], np.zeros(3))


def test_hooks_of_inputs_are_called_and_retain_grad_is_not_filled():
    x = leaf()
    h = x * 1
    h.retain_grad()
    x.register_hook(lambda g: g * 10)
    h.register_hook(lambda g: g + 1)
    np.testing.assert_array_equal(grad(np.sum(h * 2), h, retain_graph=True)[0], [3, 3, 3])
    assert h.grad is None
    np.testing.assert_array_equal(grad(np.sum(x * 2), x)[0], [20, 20, 20])


def test_inside_a_function_that_is_differentiated():
    """d/dx (d/dx x³)² = d/dx 9x⁴ = 36 x³."""

    def squared_slope(x):
        (slope,) = grad(np.sum(x**3), x, create_graph=True)
        return np.sum(slope**2)

    np.testing.assert_allclose(grad(squared_slope)(X), 36 * X**3, rtol=1e-12)


def test_complex_results():
    z = leaf(np.array([1 + 2j]))
    np.testing.assert_allclose(grad(np.sum(np.abs(z) ** 2), z)[0], [2 - 4j])  # ∂/∂x − i ∂/∂y, as .grad is
    with pytest.raises(GraphError, match=r"outputs\[0\], complex128 of shape \(\), is no real scalar"):
        grad(np.sum(z * z), z)


def test_in_a_captured_step():
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        model = nn.Sequential(nn.Linear(2, 4, generator=0), nn.Tanh(), nn.Linear(4, 1, generator=1))
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

        @wrap
        def step(x, model=model, optimizer=optimizer):
            optimizer.zero_grad()
            point = Tensor(x, requires_grad=True)
            (slope,) = grad(np.sum(model(point)), point, create_graph=True)
            loss = np.mean((slope - 1) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        results.append([step(np.arange(6.0).reshape(3, 2) / 6 + k).item() for k in range(5)])
    np.testing.assert_allclose(results[1], results[0], rtol=1e-12)
    assert results[0][4] < results[0][0]


W = leaf()
MISTAKES = {
    "no inputs": (lambda: grad(np.sum(W)), TypeError, r"write grad\(loss, params\), or loss\.backward\(\)"),
    "nothing": (lambda: grad(), TypeError, r"grad needs a function, grad\(f\)\(x\), or a result .*grad\(loss, params\)"),
    "empty": (lambda: grad(np.sum(W), []), ValueError, "inputs is empty"),
    "an array": (lambda: grad(np.sum(W), [X]), TypeError, r"inputs\[0\] must be a Tensor, got ndarray"),
    "a number": (lambda: grad(np.sum(W), 3.5), TypeError, "inputs must be a Tensor, or several in a list, got float"),
    "a constant": (lambda: grad(np.sum(W), Tensor(X)), GraphError, r"inputs\[0\], of shape \(3,\), does not require a gradient"),
    "constant": (lambda: grad(Tensor(1.0), W), GraphError, r"outputs\[0\], of shape \(\), does not depend on anything"),
    "no scalar": (lambda: grad(W * 2, W), GraphError, r"outputs\[0\], float64 of shape \(3,\), is no real scalar.*grad_outputs="),
    "shape": (
        lambda: grad(W * 2, W, np.ones(2)),
        ShapeError,
        r"grad_outputs\[0\] must have the shape of its output, \(3,\), got",
    ),
    "dtype": (lambda: grad(W * 2, W, np.ones(3, complex)), DTypeError, r"grad_outputs\[0\] must have the dtype of its output"),
    "too few": (lambda: grad([W * 2, W], W, [np.ones(3)]), TypeError, "expected 2 grad_outputs, one for each output, got 1"),
    "an option": (
        lambda: grad(np.sum(W), W, is_grads_batched=True),
        TypeError,
        "no option 'is_grads_batched'; it has outputs, inputs",
    ),
    "of a function": (lambda: grad(np.sum, create_graph=True), TypeError, "grad of a function has no option 'create_graph'"),
    "twice": (lambda: grad(np.sum(W), W, inputs=W), TypeError, "inputs is given twice"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run()

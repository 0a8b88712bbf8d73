"""Derivatives inside a loss: what depends on something outside stays in the graph, whoever asks, and from whichever thread.

The right values are finite differences of the same program on plain arrays, closed forms, or PyTorch.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
from autograd_core import (
    Tensor,
    capture,
    detect_anomaly,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    primitive,
    value_and_grad,
    visualize,
    vjp,
)  # fmt: skip

X, V, W = np.array([0.3, -0.7, 1.1]), np.array([1.0, 0.5, -2.0]), np.array([0.9, -0.4, 0.6])


def elementwise(x, w):
    return np.sin(w * x) * x + w * w * x**3


def scalar(x, w):
    return np.sum(elementwise(x, w)) * np.prod(w + x)


DERIVATIVES = {
    "grad": lambda f, x, *rest: grad(f)(x, *rest),
    "value_and_grad": lambda f, x, *rest: list(value_and_grad(f)(x, *rest)),
    "value_and_grad with aux": lambda f, x, *rest: value_and_grad(lambda y, *r: (f(y, *r), (2 * f(y, *r),)), has_aux=True)(
        x, *rest
    ),
    "grad by a container": lambda f, x, *rest: grad(lambda p, *r: f(p["x"], *r))({"x": x}, *rest),
    "elementwise_grad": lambda f, x, *rest: elementwise_grad(lambda y, *r: f(y, *r) * np.cos(y))(x, *rest),
    "jvp": lambda f, x, *rest: jvp(lambda y: f(y, *rest), (x,), (V,)),
    "vjp": lambda f, x, *rest: (lambda y, pull: [y, pull(1.5)])(*vjp(lambda y: f(y, *rest), x)),
    "jacobian by rows": lambda f, x, *rest: jacobian(lambda y, *r: f(y, *r) * y)(x, *rest),
    "jacobian by columns": lambda f, x, *rest: jacobian(lambda s: f(s * x, *rest) * V)(0.8),
    "jacobian, strict": lambda f, x, *rest: jacobian(lambda y, *r: f(y, *r) * y, strict=True)(x, *rest),
    "hessian": lambda f, x, *rest: hessian(f)(x, *rest),
    "hvp": lambda f, x, *rest: hvp(f)(x, *rest, V),
}

WAYS = {
    "a leaf in the closure": lambda derivative, w: derivative(lambda x: scalar(x, w), X),
    "a leaf as another argument": lambda derivative, w: derivative(scalar, X, w),
    "a result in the closure": lambda derivative, w: (lambda h: derivative(lambda x: scalar(x, h), X))(np.tanh(w) * 2 + 0.1),
    "a leaf in the argument": lambda derivative, w: derivative(lambda x: scalar(x, W), X * w),
}

OUTER = {
    "grad": lambda f: grad(f)(0.6),
    "jvp": lambda f: jvp(f, (0.6,), (0.7,))[1],
    "vjp": lambda f: vjp(f, 0.6)[1](1.0),
    "jacobian": lambda f: jacobian(f)(0.6),
}


def total(tree):
    """One number out of all that is in nested containers, each element weighed in its own way."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return sum((k + 1) * total(part) for k, part in enumerate(tree))
    return np.sum(tree * tree * np.linspace(0.5, 1.5, np.size(tree)).reshape(np.shape(tree)))


def differences(loss, w):
    """Central differences, which are exact to about 1e-9 here."""
    step = 1e-5
    return np.array([(loss(w + step * e) - loss(w - step * e)) / (2 * step) for e in np.eye(len(w))])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("derivative", DERIVATIVES)
def test_a_loss_made_of_a_derivative_reaches_the_leaf(derivative, way):
    loss = lambda w: total(WAYS[way](DERIVATIVES[derivative], w)) * 1e-2 + np.sum(w)
    w = Tensor(W, requires_grad=True)
    found = loss(w)
    assert isinstance(found, Tensor)
    found.backward()
    np.testing.assert_allclose(w.grad, differences(loss, W), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("derivative", DERIVATIVES)
@pytest.mark.parametrize("outer", OUTER)
def test_so_does_a_derivative_of_it(outer, derivative, way):
    """The loss is a derivative by s of a function that takes a derivative of a function of s, x and the leaf."""

    def loss(w):
        return total(OUTER[outer](lambda s: total(WAYS[way](DERIVATIVES[derivative], w * s)) * 1e-2)) * 1e-2

    w = Tensor(W, requires_grad=True)
    loss(w).backward()
    np.testing.assert_allclose(w.grad, differences(loss, W), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("derivative", DERIVATIVES)
def test_under_no_grad_everything_is_plain(derivative):
    w = Tensor(W, requires_grad=True)
    with no_grad():
        found = DERIVATIVES[derivative](scalar, X, w)
    np.testing.assert_allclose(total(found), total(DERIVATIVES[derivative](scalar, X, W)), rtol=1e-12)
    assert not isinstance(total(found), Tensor)


@pytest.mark.parametrize("derivative", DERIVATIVES)
def test_what_depends_on_nothing_outside_is_plain(derivative):
    w = Tensor(W, requires_grad=True)
    inside = []

    def f(x):
        inside.append(DERIVATIVES[derivative](scalar, X, W))
        return np.sum(x * w)

    grad(f)(X)
    assert not isinstance(total(inside[0]), Tensor)
    assert w.grad is None


def test_the_examples_of_the_reports():
    w = Tensor(2.0, requires_grad=True)
    ((grad(lambda x: w * x**2)(3.0) + w) ** 2).backward()  # ((6 + 1) w)²
    assert w.grad == 196
    w = Tensor(2.0, requires_grad=True)
    value, slope = value_and_grad(lambda x: w * x**2)(3.0)
    (value * slope).backward()  # 54 w²
    assert w.grad == 216


# The programs that people write


def net(seed):
    """u(x, t) = W₂ tanh(W₁ [x, t] + b₁) + b₂, as parameters and as a function for any library's arrays."""
    r = np.random.default_rng(seed)
    return [r.standard_normal((6, 2)), r.standard_normal(6), r.standard_normal((1, 6)), r.standard_normal(1)]


def test_a_physics_informed_net_has_the_gradients_of_pytorch():
    """Burgers' equation, u_t + u u_x = ν u_xx, at eight points: the loss has first and second derivatives by the inputs."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    points = np.random.default_rng(1).uniform(-1, 1, (8, 2))

    parameters = [Tensor(p, requires_grad=True) for p in net(0)]
    W1, b1, W2, b2 = parameters
    u = lambda x, t: (np.tanh(np.stack([x, t], -1) @ W1.T + b1) @ W2.T + b2)[:, 0]
    x, t = points.T
    u_x = elementwise_grad(u)
    loss = np.mean((elementwise_grad(u, 1)(x, t) + u(x, t) * u_x(x, t) - 0.1 * elementwise_grad(u_x)(x, t)) ** 2)
    loss.backward()

    theirs = [torch.tensor(p, requires_grad=True) for p in net(0)]
    V1, c1, V2, c2 = theirs
    y, s = (torch.tensor(column.copy(), requires_grad=True) for column in points.T)
    v = (torch.tanh(torch.stack([y, s], -1) @ V1.T + c1) @ V2.T + c2)[:, 0]
    v_x, v_t = torch.autograd.grad(v.sum(), (y, s), create_graph=True)
    (v_xx,) = torch.autograd.grad(v_x.sum(), y, create_graph=True)
    ((v_t + v * v_x - 0.1 * v_xx) ** 2).mean().backward()
    for ours, p in zip(parameters, theirs, strict=True):
        np.testing.assert_allclose(ours.grad, p.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_a_gradient_penalty_has_the_gradients_of_pytorch():
    """WGAN-GP: the critic's gradient by its input should have norm 1."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    real = np.random.default_rng(2).standard_normal((5, 2))
    critic = nn.Sequential(nn.Linear(2, 6, generator=0), nn.LeakyReLU(0.2), nn.Linear(6, 1, generator=1))
    slopes = grad(lambda x: np.sum(critic(x)))(real)
    loss = np.mean(critic(real)) + 10 * np.mean((np.sqrt(np.sum(slopes**2, axis=1)) - 1) ** 2)
    loss.backward()

    theirs = torch.nn.Sequential(torch.nn.Linear(2, 6), torch.nn.LeakyReLU(0.2), torch.nn.Linear(6, 1)).double()
    for p, q in zip(theirs.parameters(), critic.parameters(), strict=True):
        p.data = torch.tensor(q.data)
    x = torch.tensor(real, requires_grad=True)
    (g,) = torch.autograd.grad(theirs(x).sum(), x, create_graph=True)
    (theirs(x).mean() + 10 * ((g.norm(dim=1) - 1) ** 2).mean()).backward()
    for p, q in zip(theirs.parameters(), critic.parameters(), strict=True):
        np.testing.assert_allclose(q.grad, 0 if p.grad is None else p.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_a_hessian_in_a_loss():
    """tr H of Σ sin(w x²) is Σ 2 w cos(w x²) - 4 w² x² sin(w x²), whose derivative by w is a closed form."""
    w = Tensor(0.7, requires_grad=True)
    np.trace(hessian(lambda x: np.sum(np.sin(w * x**2)))(X)).backward()
    a, s = 0.7, X**2
    right = np.sum(2 * np.cos(a * s) - 10 * a * s * np.sin(a * s) - 4 * a**2 * s**2 * np.cos(a * s))
    np.testing.assert_allclose(w.grad, right, rtol=1e-13)


def test_a_net_fits_the_slope_of_a_function():
    """Training on derivatives alone: u' is to be cos. With its graph cut, the weights would never move."""
    model = nn.Sequential(nn.Linear(1, 12, generator=0), nn.Tanh(), nn.Linear(12, 1, generator=1))
    x = np.linspace(-2, 2, 20)[:, None]
    optimizer = nn.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(150):
        optimizer.zero_grad()
        loss = np.mean((grad(lambda x: np.sum(model(x)))(x) - np.cos(x)) ** 2)
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-2


def test_meta_learning_through_a_step_of_training():
    """The loss after a step of gradient descent, by the rate of that step and by where it started: (w - r w) of w²/2."""
    rate, start = Tensor(0.3, requires_grad=True), Tensor(2.0, requires_grad=True)
    loss = lambda w: w * w / 2
    loss(start - rate * grad(loss)(start)).backward()  # (1 - r)² w²/2
    np.testing.assert_allclose([rate.grad, start.grad], [-0.7 * 4, 0.49 * 2], rtol=1e-14)


# Whoever asks, and from wherever


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_a_derivative_taken_in_another_thread_is_one_of_the_graph(pool):
    inner = lambda x: grad(lambda y: y * y * x)(3.0)
    assert grad(lambda x: x**2 + pool.submit(inner, x).result())(2.0) == 10
    x = Tensor(2.0, requires_grad=True)
    pool.submit(inner, x).result().backward()
    assert x.grad == 6
    w = Tensor(2.0, requires_grad=True)
    assert isinstance(pool.submit(lambda: grad(lambda y: y * y * w)(3.0)).result(), Tensor)
    assert type(grad(lambda x: x * pool.submit(grad(np.sin), 0.5).result())(2.0)) is np.float64


def test_many_threads_on_one_graph(pool):
    """Each differentiates through the same nodes: what one marks must not mislead the others."""
    w = Tensor(W, requires_grad=True)
    shared = np.tanh(w * 2)
    right = total(hessian(lambda x: scalar(x, shared.numpy()))(X))
    plain = lambda: total(hessian(lambda x: scalar(x, shared.numpy()))(X))
    recorded = lambda: total(hessian(lambda x: scalar(x, shared))(X))
    found = [pool.submit(recorded if k % 2 else plain) for k in range(64)]
    for k, one in enumerate(found):
        assert isinstance(one.result(), Tensor) == bool(k % 2)
        np.testing.assert_allclose(one.result().item(), right, rtol=1e-12)


def test_one_pullback_in_many_threads(pool):
    w = Tensor(W, requires_grad=True)
    _, pull = vjp(lambda x: elementwise(x, w), X)
    cotangents = [V * k for k in range(40)]
    found = list(pool.map(lambda v: pull(v)[0], cotangents))
    slope = elementwise_grad(elementwise)(X, W)
    for v, one in zip(cotangents, found, strict=True):
        np.testing.assert_allclose(one.numpy(), v * slope, rtol=1e-13)
    sum(np.sum(one) for one in found).backward()
    right = differences(lambda w: np.sum(V * elementwise_grad(elementwise)(X, w)) * sum(range(40)), W)
    np.testing.assert_allclose(w.grad, right, rtol=1e-6)


def test_a_pullback_that_is_older_than_the_differentiation_through_it():
    _, pull = vjp(np.sin, 0.3)
    assert grad(lambda g: pull(g)[0])(2.0) == np.cos(0.3)
    assert type(grad(lambda g: pull(g)[0])(2.0)) is np.float64
    np.testing.assert_allclose(grad(lambda g: pull(np.sin(g))[0] ** 2)(2.0), np.cos(0.3) ** 2 * np.sin(4.0), rtol=1e-14)
    _, pull = vjp(elementwise, X, W)
    matrix = jacobian(lambda g: pull(g)[1])(V)
    np.testing.assert_allclose(matrix, np.diag(elementwise_grad(elementwise, 1)(X, W)), rtol=1e-13)


def test_directions_that_are_part_of_a_graph():
    """H v, J v and ḡ J are linear in the vector: its gradient is that of a sum over columns, or rows."""
    f, g = lambda x: np.sum(np.sin(x) ** 2 * x), lambda x: np.sin(x) * x
    matrix, slope = hessian(f)(X), np.cos(X) * X + np.sin(X)
    programs = {
        "hvp": (lambda v: np.sum(hvp(f)(X, v)), matrix.sum(axis=0)),
        "jvp": (lambda v: np.sum(jvp(g, (X,), (v,))[1]), slope),
        "vjp": (lambda v: np.sum(vjp(g, X)[1](v)[0]), slope),
    }
    for program, right in programs.values():
        v = Tensor(V, requires_grad=True)
        program(v).backward()
        np.testing.assert_allclose(v.grad, right, rtol=1e-13)
        np.testing.assert_allclose(grad(program)(V), right, rtol=1e-13)
        assert type(grad(program)(V)) is np.ndarray
        assert type(program(V)) is np.float64


def test_a_pullback_keeps_its_graph_of_the_primals_until_it_is_called():
    """d/dx of ḡ f'(x), where the pullback is called inside another derivative, or after it was made."""
    assert grad(lambda x: vjp(np.sin, x)[1](2.0)[0])(0.3) == -2 * np.sin(0.3)
    x = Tensor(0.3, requires_grad=True)
    _, pull = vjp(np.sin, x)
    assert grad(lambda g: pull(g)[0])(2.0).item() == np.cos(0.3)
    pull(2.0)[0].backward()
    assert x.grad == -2 * np.sin(0.3)
    with no_grad():
        assert type(pull(2.0)[0]) is np.float64


def test_the_second_derivative_of_a_fixed_point():
    """x = cos(a x), solved by iteration; its rule solves λ = ḡ + λ ∂F/∂x by iteration, with a pullback made once."""
    F = lambda x, a: np.cos(a * x)

    def rule(g, out, a):
        _, pull = vjp(F, out, a)
        solved = g
        for _ in range(300):
            solved = g + pull(solved)[0]
        return pull(solved)[1]

    @primitive(a=rule)
    def solve(a):
        x = 0.5
        for _ in range(300):
            x = F(x, a)
        return np.float64(x)

    a = 0.8
    x = solve(a)
    s, c = np.sin(a * x), np.cos(a * x)
    first = -s * x / (1 + a * s)  # implicit differentiation of x - cos(a x) = 0
    u = x + a * first
    second = -(c * u * u + 2 * s * first) / (1 + a * s)
    np.testing.assert_allclose(grad(solve)(a), first, rtol=1e-12)
    np.testing.assert_allclose(grad(grad(solve))(a), second, rtol=1e-10)
    np.testing.assert_allclose(jvp(grad(solve), (a,), (1.0,))[1], second, rtol=1e-10)
    w = Tensor(a, requires_grad=True)
    grad(lambda s: solve(w * s))(1.0).backward()
    np.testing.assert_allclose(w.grad, first + a * second, rtol=1e-10)


@pytest.mark.parametrize("context", [detect_anomaly, visualize.record])
def test_where_each_operation_is_watched(context):
    w = Tensor(W, requires_grad=True)
    with context():
        loss = total(hessian(scalar)(X, w)) * 1e-2
        loss.backward()
    np.testing.assert_allclose(w.grad, differences(lambda w: total(hessian(scalar)(X, w)) * 1e-2, W), rtol=1e-6, atol=1e-6)


def test_in_a_captured_step():
    w = Tensor(W, requires_grad=True)

    def step(x):
        w.grad = None
        slopes = grad(lambda x: scalar(x, w))(x)
        loss = np.sum(slopes**2) + np.sum(w)
        loss.backward()
        return loss.detach()

    fast = capture(step)
    for k in range(8):
        fast(X * k)
        np.testing.assert_allclose(
            w.grad,
            differences(lambda w, x=X * k: np.sum(grad(lambda x: scalar(x, w))(x) ** 2) + np.sum(w), W),
            rtol=1e-5,
            atol=1e-6,
        )


def test_perturbations_are_not_confused():
    """Each variable is its own, however the derivatives nest: closed forms."""
    d = {
        "grad": grad, "elementwise_grad": elementwise_grad, "jacobian": jacobian,
        "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1], "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
        "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1], "hvp": lambda f: lambda x: hvp(lambda y: f(y) * y)(x, 0.5),
    }  # fmt: skip
    for outer in ("grad", "elementwise_grad", "jacobian", "jvp", "vjp", "value_and_grad"):
        for inner in ("grad", "elementwise_grad", "jacobian", "jvp", "vjp", "value_and_grad"):
            of, to = d[outer], d[inner]
            assert of(lambda x, to=to: x * to(lambda y: x + y)(1.0))(1.0) == 1
            assert of(lambda x, to=to: x * to(lambda y: x * y)(2.0))(3.0) == 6
            assert of(lambda x, to=to: to(lambda y: y * (x - y))(x))(1.0) == -1
            assert of(lambda x, of=of, to=to: to(lambda y: of(lambda z: x * y * z)(y))(x))(3.0) == 1
            assert type(of(lambda x, to=to: x * to(lambda y: y * y)(2.0))(3.0)) is np.float64
        assert d[outer](lambda x: d["hvp"](lambda y: x * y * y)(x))(2.0) == 6 * 0.5 * 2 * 2  # of x y³: 6 x y v at y = x


def test_a_variable_that_got_away_is_a_leaf_like_any_other():
    leaked = []
    grad(lambda x: leaked.append(x) or x * x)(2.0)
    (x,) = leaked
    slope = grad(lambda y: x * y * y)(3.0)
    slope.backward()
    assert x.grad == 6


def test_what_a_function_does_to_its_argument_is_not_done_to_the_outer_variable():
    """y *= 2 inside: of (2 y)² the second derivative is 8, and x is still x afterwards."""

    def f(y):
        y *= 2
        return np.sum(y * y)

    def outer(x):
        h = x * 1
        slope = grad(f)(h)
        return np.sum(slope) + np.sum(h * h)

    np.testing.assert_array_equal(grad(outer)(X), 8 + 2 * X)


def test_a_leaf_that_is_gone_leaves_results_plain():
    """Training inside: the parameter is made, trained and dropped in there, and only the rate is differentiated by."""

    def train(rate):
        w = Tensor(2.0, requires_grad=True)
        return (w - rate * grad(lambda w: w * w / 2)(w)) ** 2

    slope = grad(train)(0.3)
    assert type(slope) is np.float64
    np.testing.assert_allclose(slope, -2 * 0.7 * 4, rtol=1e-14)

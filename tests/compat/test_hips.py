"""HIPS autograd's names, as programs use them; right values are closed forms and finite differences."""

import subprocess
import sys
import warnings

import numpy as onp
import pytest

import autograd_core


def test_operators_have_its_signatures(autograd):
    np = autograd.numpy
    f = lambda x, y: np.sum(x * y**2)
    x, y = onp.array([1.0, 2.0]), onp.array([3.0, 4.0])
    onp.testing.assert_allclose(autograd.grad(f)(x, y), y**2)
    onp.testing.assert_allclose(autograd.grad(f, 1)(x, y), 2 * x * y)
    gx, gy = autograd.grad(f, (0, 1))(x, y)
    onp.testing.assert_allclose([gx, gy], [y**2, 2 * x * y])
    onp.testing.assert_allclose(autograd.grad_named(f, "y")(x, y), 2 * x * y)
    value, gradient = autograd.value_and_grad(f)(x, y)
    assert value == 41
    onp.testing.assert_allclose(gradient, y**2)
    onp.testing.assert_allclose(autograd.jacobian(lambda x: x**2)(x), [[2, 0], [0, 4]])
    onp.testing.assert_allclose(autograd.hessian(lambda x: np.sum(x**3))(x), [[6, 0], [0, 12]])
    onp.testing.assert_allclose(autograd.elementwise_grad(np.sin)(x), onp.cos(x))
    onp.testing.assert_allclose(autograd.deriv(np.sin)(0.5), onp.cos(0.5))
    onp.testing.assert_allclose(autograd.hessian_vector_product(lambda x: np.sum(x**3))(x, y), 6 * x * y)
    onp.testing.assert_allclose(autograd.vector_jacobian_product(lambda x: x**2)(x, y), 2 * x * y)
    assert autograd.multigrad_dict(lambda a, b=2.0: a * b**2)(3.0) == {"a": 4.0, "b": 12.0}
    gradient, aux = autograd.grad_and_aux(lambda x: (np.sum(x**2), x + 1))(x)
    onp.testing.assert_allclose([gradient, aux], [2 * x, x + 1])
    assert autograd.grad(f, 1).__name__ == "grad_of_<lambda>_wrt_argnum_1"


def test_products_with_the_jacobian(autograd):
    np = autograd.numpy
    x, v = onp.array([1.0, 2.0]), onp.array([3.0, 4.0])
    vjp, value = autograd.make_vjp(lambda x: x**2)(x)
    onp.testing.assert_allclose([value, vjp(v)], [x**2, 2 * x * v])
    value, tangent = autograd.make_jvp(lambda x: x**2)(x)(v)
    onp.testing.assert_allclose([value, tangent], [x**2, 2 * x * v])
    hvp, gradient = autograd.make_hvp(lambda x: np.sum(x**3))(x)
    onp.testing.assert_allclose([gradient, hvp(v)], [3 * x**2, 6 * x * v])
    onp.testing.assert_allclose(autograd.make_ggnvp(lambda x: x**2)(x)(v), 4 * x**2 * v)  # JᵀJ v with J = 2 diag x


def test_integers_are_taken_as_floats(autograd):
    assert autograd.grad(lambda x: x**2)(3) == 6
    onp.testing.assert_array_equal(autograd.grad(lambda x: autograd.numpy.sum(x**2))(onp.arange(3)), [0, 2, 4])
    assert autograd.grad(lambda p: p["a"] * p["b"][0])({"a": 2, "b": [5]}) == {"a": 5.0, "b": [2.0]}


def test_what_does_not_depend_on_the_argument_is_zeros_and_a_warning(autograd):
    with pytest.warns(UserWarning, match=r"Output seems independent of input\."):
        assert autograd.grad(lambda x: 3.0)(1.0) == 0


@pytest.mark.parametrize(
    ("f", "right"),
    [
        (lambda np, t: np.sum(np.array([t, t**2])), 5),
        (lambda np, t: np.sum([t, [t**2, 1.0]][0]) + np.sum([t, t**2]), 6),
        (lambda np, t: np.mean([t, 3 * t]), 2),
        (lambda np, t: np.max([t, 3 * t]), 3),
        (lambda np, t: np.dot([t, 1.0], [2.0, t]), 3),
        (lambda np, t: np.sum(np.concatenate([[t, 1.0], np.array([t])])), 2),
        (lambda np, t: np.sum(np.vstack([[t, 1.0], [2.0, t]]) ** 2), 8),
        (lambda np, t: np.sum(np.r_[t, 1:3, np.array([t, t])]), 3),
        (lambda np, t: np.sum(np.c_[np.array([t, t]), onp.ones(2)] ** 2), 8),
        (lambda np, t: np.sum(np.full((2, 3), t)), 6),
        (lambda np, t: np.sum(np.where([True, False], t, 5 * t)), 6),
        (lambda np, t: np.where(True, t, 0.0), 1),
        (lambda np, t: np.linalg.norm([t, 0.0]), 1),
        (lambda np, t: np.sum(np.array([[t, 1.0], [1.0, t]], ndmin=3) ** 2), 8),
        (lambda np, t: np.add.reduce(np.array([t, t])), 2),
        (lambda np, t: np.int64(t) * t, 2),
    ],
)
def test_numpy_takes_lists_of_recorded_values(autograd, f, right):
    """Derivatives at t = 2, by hand."""
    assert autograd.grad(lambda t: f(autograd.numpy, t))(2.0) == pytest.approx(right)


def test_the_gradient_of_a_cholesky_factor_is_symmetric(autograd):
    np = autograd.numpy
    a = onp.array([[4.0, 1.0], [1.0, 3.0]])
    gradient = autograd.grad(lambda a: np.sum(np.linalg.cholesky(a)))(a)
    onp.testing.assert_allclose(gradient, gradient.T)
    step = onp.array([[0.3, 0.7], [0.7, -0.2]]) * 1e-6  # symmetric, as every change of such a matrix is
    change = onp.sum(onp.linalg.cholesky(a + step) - onp.linalg.cholesky(a - step)) / 2
    onp.testing.assert_allclose(onp.sum(gradient * step), change, rtol=1e-6)
    tilted = onp.array([[4.0, 9.0], [1.0, 3.0]])  # NumPy reads the lower triangle alone
    onp.testing.assert_array_equal(autograd.make_vjp(np.linalg.cholesky)(tilted)[1], onp.linalg.cholesky(tilted))


# Functions with derivatives of one's own


def test_primitives_in_every_form_of_definition(autograd):
    from autograd.extend import defjvp, defvjp, defvjp_argnum, defvjp_argnums, primitive
    from autograd.test_util import check_grads

    np = autograd.numpy

    def product():
        return primitive(lambda x, y: onp.multiply(x, y))

    by_argument, by_number, at_once, of_second = product(), product(), product(), product()
    defvjp(by_argument, lambda ans, x, y: lambda g: g * y, lambda ans, x, y: lambda g: g * x)
    defvjp_argnum(by_number, lambda argnum, ans, args, kwargs: lambda g: g * args[1 - argnum])
    defvjp_argnums(at_once, lambda argnums, ans, args, kwargs: lambda g: [g * args[1 - i] for i in argnums])
    x, y = onp.array([1.0, 2.0]), onp.array([3.0, 4.0])
    for f in (by_argument, by_number, at_once):
        check_grads(lambda x, y, f=f: np.sin(f(x, y)), argnum=(0, 1))(x, y)
    defvjp(of_second, lambda ans, x, y: lambda g: g * x, argnums=[1])
    onp.testing.assert_array_equal(autograd.grad(lambda y: np.sum(of_second(x, y)))(y), x)
    with pytest.raises(NotImplementedError, match="VJP of <lambda> wrt argnum 0 not defined"):
        autograd.grad(lambda x: np.sum(of_second(x, y)))(x)
    zero = product()
    defvjp(zero, None, lambda ans, x, y: lambda g: g * x)
    onp.testing.assert_array_equal(autograd.grad(lambda x: np.sum(zero(x, y)))(x), [0, 0])
    forward = product()
    defjvp(forward, "same", lambda t, ans, x, y: t * x)
    onp.testing.assert_array_equal(autograd.make_jvp(lambda x: forward(x, x))(x)(y)[1], 2 * x * y)
    with pytest.raises(NotImplementedError, match="VJP of <lambda> wrt argnums"):
        autograd.grad(lambda x: np.sum(forward(x, y)))(x)
    with pytest.raises(NotImplementedError, match="not defined"):
        autograd.grad(product())(1.0, 2.0)


def test_rules_get_contiguous_gradients(autograd):
    from autograd.extend import defvjp, primitive

    seen = []

    @primitive
    def same(x):
        return x.copy()

    defvjp(same, lambda ans, x: lambda g: (seen.append((type(g), g.flags.c_contiguous)), g)[1])
    autograd.grad(lambda x: autograd.numpy.sum(same(x).T * 2.0))(onp.ones((2, 3)))
    assert seen == [(onp.ndarray, True)]


def test_a_primitive_with_containers_on_both_sides(autograd):
    from autograd.extend import defvjp, primitive

    @primitive
    def split(pair, n):
        return {"sum": pair[0] + n * pair[1], "product": pair[0] * pair[1]}

    defvjp(split, lambda ans, pair, n: lambda g: (g["sum"] + g["product"] * pair[1], n * g["sum"] + g["product"] * pair[0]))

    def f(a, b):
        out = split((a, b), 3.0)
        return out["sum"] * out["product"]  # (a + 3b) a b

    a, b = 2.0, 5.0
    onp.testing.assert_allclose(autograd.grad(f, (0, 1))(a, b), (2 * a * b + 3 * b**2, a**2 + 6 * a * b))
    onp.testing.assert_allclose(autograd.grad(autograd.grad(f))(a, b), 2 * b)


def test_a_definition_for_what_is_none_says_so(autograd):
    from autograd.extend import defvjp

    with pytest.raises(TypeError, match=r"defvjp: sin is NumPy's own, .* write f = primitive\(np\.sin\)"):
        defvjp(autograd.numpy.sin, lambda ans, x: lambda g: g)
    with pytest.raises(TypeError, match="argument 0 needs a function"):
        defvjp(autograd.extend.primitive(lambda x: x), 3)


def test_names_of_wrappers(autograd):
    from autograd.wrap_util import wraps

    wrapped = wraps(len, "{op}_of_{fun}", "{op}: {doc}", op="twice")(lambda x: 2 * len(x))
    assert (wrapped.__name__, wrapped.__doc__, wrapped("ab")) == ("twice_of_len", "twice: " + len.__doc__, 4)


def test_a_forward_rule_for_what_has_one_is_told_and_not_taken(autograd):
    from autograd.extend import defjvp

    with pytest.warns(UserWarning, match=r"defjvp: sin has its derivative in forward mode already"):
        defjvp(autograd.numpy.sin, lambda g, ans, x: 5 * g)
    assert autograd.make_jvp(autograd.numpy.sin)(0.0)(1.0)[1] == 1


def test_spaces_boxes_and_types(autograd):
    from autograd.builtins import isinstance, type
    from autograd.extend import vspace
    from autograd.tracer import getval, isbox

    seen = []

    def f(x):
        seen.append((isbox(x), getval(x), isinstance(x, float), type(x)))
        return x**2

    autograd.grad(f)(2.0)
    assert seen == [(True, 2.0, True, onp.float64)]
    space = vspace({"a": onp.ones(2), "b": (1j, 3.0)})
    assert space.size == 5
    assert space == vspace({"a": onp.zeros(2), "b": (2j, 0.0)})
    assert len(list(space.standard_basis())) == 5
    assert space.inner_prod(space.ones(), space.ones()) == 5
    with pytest.raises(TypeError, match="no vector space of str"):
        vspace("text")


def test_flatten_sorts_keys_and_goes_back(autograd):
    from autograd.misc import flatten
    from autograd.misc.flatten import flatten_func

    value = {"b": [1.0, onp.array([2.0, 3.0])], "a": (4.0,)}
    vector, unflatten = flatten(value)
    onp.testing.assert_array_equal(vector, [4, 1, 2, 3])
    assert unflatten(2 * vector)["a"] == (8.0,)
    of_vectors, unflatten, vector = flatten_func(lambda p: {"a": p["a"][0] * 2, "b": p["b"][0]}, value)
    onp.testing.assert_array_equal(of_vectors(vector), [8, 1])


@pytest.mark.parametrize(("name", "iterations", "step"), [("sgd", 200, 0.5), ("rmsprop", 400, 0.05), ("adam", 400, 0.1)])
def test_optimizers_minimise_nested_parameters(autograd, name, iterations, step):
    import autograd.misc.optimizers as optimizers

    gradient = autograd.grad(lambda p, i: (p["x"] - 3) ** 2 + autograd.numpy.sum((p["y"] + 1) ** 2))
    steps = []
    start = {"x": 0.0, "y": onp.zeros(2)}
    found = getattr(optimizers, name)(
        gradient, start, callback=lambda p, i, g: steps.append(i), num_iters=iterations, step_size=step
    )
    assert steps == list(range(iterations))
    onp.testing.assert_allclose([found["x"], *found["y"]], [3, -1, -1], atol=0.05)


def test_fixed_points_to_second_order(autograd):
    from autograd.misc.fixed_points import fixed_point

    root = lambda a: fixed_point(lambda a: lambda x: 0.5 * (x + a / x), a, 1.0, lambda x, y: abs(x - y), 1e-12)
    onp.testing.assert_allclose(autograd.grad(root)(2.0), 0.5 / 2**0.5, rtol=1e-9)
    onp.testing.assert_allclose(autograd.grad(autograd.grad(root))(2.0), -0.25 / 2**1.5, rtol=1e-9)


def test_check_grads_finds_a_wrong_rule(autograd):
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads, combo_check

    wrong = primitive(lambda x: x**2)
    defvjp(wrong, lambda ans, x: lambda g: 3 * g * x)
    with pytest.raises(AssertionError, match=r"Derivative \(VJP\) check of <lambda> failed"):
        check_grads(wrong, modes=["rev"], order=1)(2.0)
    combo_check(lambda x, y, n=1: x * y**n, [0, 1])([1.0, 2.0], [onp.ones(2), 3.0], n=[1, 2])
    with pytest.raises(ValueError, match='modes must be among "fwd" and "rev"'):
        check_grads(wrong, modes=["forward"])(2.0)


# install


def test_install_refuses_when_the_other_one_is_there():
    code = (
        "import sys, types; sys.modules['autograd'] = types.ModuleType('autograd'); "
        "from autograd_core.compat import hips; hips.install()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (
        "RuntimeError: hips.install(): autograd has been imported already, from elsewhere; call install() before" in done.stderr
    )


def test_submodules_are_found_by_import_and_unknown_ones_are_not(autograd):
    import autograd.numpy.linalg as linalg
    import autograd.numpy.random
    from autograd.numpy.numpy_vjps import unbroadcast_f

    assert linalg is autograd.numpy.linalg
    onp.testing.assert_array_equal(linalg.T(onp.arange(4.0).reshape(2, 2)), [[0, 2], [1, 3]])  # not NumPy's
    onp.testing.assert_array_equal(unbroadcast_f(onp.ones((1, 2)), lambda g: g)(onp.ones((3, 2))), [[3, 3]])
    with pytest.raises(ModuleNotFoundError, match=r"autograd\.nothing"):
        __import__("autograd.nothing")


def test_a_recorded_value_is_a_tensor_of_ours(autograd):
    kinds = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        autograd.grad(lambda x: (kinds.append(x), x * 2)[1])(1.0)
    assert isinstance(kinds[0], autograd_core.Tensor)
    assert isinstance(kinds[0], autograd.extend.Box)

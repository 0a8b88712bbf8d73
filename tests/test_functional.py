"""grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp: results, containers, nesting, errors."""

from collections import Counter, OrderedDict, defaultdict, namedtuple

import numpy as np
import pytest

from autograd_core import Tensor, elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd_core.errors import DTypeError, GraphError, ShapeError, UnsupportedError

X = np.array([1.0, 2.0, 3.0])


def cube(x):
    return np.sum(x**3)


# Values and types


def test_plain_in_plain_out():
    assert type(grad(cube)(X)) is np.ndarray
    assert type(grad(lambda x: x * x)(2.0)) is np.float64
    value, gradient = value_and_grad(cube)(X)
    assert type(value) is np.float64
    assert value == 36
    np.testing.assert_array_equal(gradient, 3 * X**2)


def test_gradients_are_contiguous_writeable_and_own_their_memory():
    for f in (np.sum, lambda x: np.sum(x.T), lambda x: np.sum(np.reshape(x, -1)), lambda x: np.sum(x[::-1])):
        x = np.ones((2, 3))
        g = grad(f)(x)
        assert g.flags.c_contiguous
        assert g.flags.writeable
        assert not np.shares_memory(g, x)
    a, b = grad(lambda a, b: np.sum(a + b), (0, 1))(X, X)
    assert not np.shares_memory(a, b)
    cotangent = np.ones(3)
    (pulled,) = vjp(lambda x: x, X)[1](cotangent)
    assert not np.shares_memory(pulled, cotangent)


def test_a_python_integer_is_promoted_and_an_integer_array_is_not():
    assert grad(lambda x: x**2)(3) == 6.0
    with pytest.raises(DTypeError, match=r"must be float or complex, got dtype int64; write x.astype\(float\)"):
        grad(np.sum)(np.arange(3))


def test_the_dtype_of_the_argument_is_kept():
    assert grad(cube)(X.astype(np.float32)).dtype == np.float32
    assert jacobian(np.square)(X.astype(np.float32)).dtype == np.float32


def test_an_output_that_ignores_the_input_has_gradient_zero():
    assert grad(lambda x: 3.0)(2.0) == 0.0
    np.testing.assert_array_equal(grad(lambda x, y: np.sum(y), 0)(X, X), np.zeros(3))
    np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    assert jvp(lambda x: 3.0, (2.0,), (1.0,)) == (3.0, 0.0)
    with pytest.raises(GraphError, match=r"output 0 of .* does not depend on input 0"):
        jacobian(lambda x: np.ones(2), strict=True)(X)


# Arguments


def test_several_arguments_and_keywords():
    f = lambda a, b, *, c=1.0: a * b**2 * c
    assert grad(f, 1)(2.0, 3.0) == 12
    assert grad(f, (0, 1))(2.0, 3.0, c=2.0) == (18, 24)
    assert grad(f, -1)(2.0, 3.0) == 12


def test_nested_containers():
    parameters = {"w": X, "layers": [(2.0, 3.0), {"b": 4.0}]}
    f = lambda p: np.sum(p["w"] ** 2) * p["layers"][0][0] + p["layers"][0][1] * p["layers"][1]["b"]
    found = grad(f)(parameters)
    np.testing.assert_array_equal(found["w"], 4 * X)
    assert found["layers"] == [(14, 4), {"b": 3}]


def test_aux():
    f = lambda x: (np.sum(x**2), {"twice": 2 * x, "note": "kept"})
    gradient, aux = grad(f, has_aux=True)(X)
    np.testing.assert_array_equal(gradient, 2 * X)
    assert type(aux["twice"]) is np.ndarray
    assert aux["note"] == "kept"
    (value, aux), gradient = value_and_grad(f, has_aux=True)(X)
    assert value == 14
    _, pullback, aux = vjp(f, X, has_aux=True)
    np.testing.assert_array_equal(pullback(1.0)[0], 2 * X)
    assert jvp(f, (X,), (X,), has_aux=True)[1] == 28
    with pytest.raises(TypeError, match=r"has_aux=True: .* must return \(value, aux\)"):
        grad(np.sum, has_aux=True)(X)


def test_pullback_can_be_called_again_and_takes_the_containers_of_the_result():
    out, pullback = vjp(lambda a, b: {"p": a * b, "s": (a + b,)}, X, 2.0)
    np.testing.assert_array_equal(out["p"], 2 * X)
    for _ in range(2):
        a, b = pullback({"p": np.ones(3), "s": (np.zeros(3),)})
        np.testing.assert_array_equal(a, np.full(3, 2.0))
        assert b == 6


# Against each other and known values


def test_jacobian_by_rows_and_by_columns_agree():
    r = np.random.default_rng(0)
    a = r.standard_normal((7, 2))
    tall = lambda x: np.tanh(a @ x)  # more outputs than inputs: by columns
    wide = lambda x: np.tanh(x @ a)
    x = r.standard_normal(2)
    np.testing.assert_allclose(jacobian(tall)(x), (1 - np.tanh(a @ x) ** 2)[:, None] * a, rtol=1e-14)
    y = r.standard_normal(7)
    np.testing.assert_allclose(jacobian(wide)(y), ((1 - np.tanh(y @ a) ** 2) * a).T, rtol=1e-14)


def test_jacobian_shapes():
    assert jacobian(lambda x: x[None] * np.ones((2, 1, 1)))(np.ones((3, 4))).shape == (2, 3, 4, 3, 4)
    assert jacobian(lambda x: x * 2)(1.0).shape == ()
    blocks = jacobian(lambda a, b: (a * b, np.sum(a)), (0, 1))(X, 2.0)
    assert [[part.shape for part in block] for block in blocks] == [[(3, 3), (3,)], [(3,), ()]]
    assert jacobian(lambda x: x * 2)(np.zeros((0,))).shape == (0, 0)


def test_hessian_and_hvp():
    np.testing.assert_array_equal(hessian(cube)(X), np.diag(6 * X))
    np.testing.assert_array_equal(hvp(cube)(X, np.array([1.0, 0.0, 2.0])), [6, 0, 36])
    f = lambda p: p["a"] ** 2 * p["b"]
    found = hessian(f)({"a": 2.0, "b": 3.0})
    assert found == {"a": {"a": 6, "b": 4}, "b": {"a": 4, "b": 0}}
    assert hvp(f)({"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 1.0}) == {"a": 10, "b": 4}
    blocks = hessian(lambda a, b: np.sum(a * b * b), (0, 1))(X, X)
    np.testing.assert_array_equal(blocks[0][1], np.diag(2 * X))


def test_elementwise_grad():
    np.testing.assert_allclose(elementwise_grad(np.sin)(X), np.cos(X))
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(np.sin))(X), -np.sin(X))


# Nesting


def test_perturbations_are_not_confused():
    assert grad(lambda x: grad(lambda y: y * (x - y))(x))(1.0) == -1
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(1.0) == 2
    assert grad(lambda x: x * jvp(lambda y: x * y, (2.0,), (1.0,))[1])(1.0) == 2
    assert jvp(lambda x: x * grad(lambda y: x * y)(2.0), (1.0,), (1.0,))[1] == 2
    assert jvp(lambda x: x * jvp(lambda y: x * y, (2.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 2
    assert grad(lambda x: vjp(lambda y: y * x * x, x)[1](1.0)[0])(3.0) == 6


@pytest.mark.parametrize("outer", ["grad", "jvp", "vjp", "jacobian"])
@pytest.mark.parametrize("middle", ["grad", "jvp", "vjp", "jacobian"])
@pytest.mark.parametrize("inner", ["grad", "jvp", "vjp", "jacobian"])
def test_every_combination_gives_the_third_derivative(outer, middle, inner):
    derive = {
        "grad": grad,
        "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
        "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
        "jacobian": jacobian,
    }
    f = lambda x: np.exp(2 * x) * x
    third = derive[outer](derive[middle](derive[inner](f)))(0.3)
    assert type(third) is np.float64
    np.testing.assert_allclose(third, 8 * np.exp(0.6) * 0.3 + 12 * np.exp(0.6), rtol=1e-14)


def test_ten_derivatives_of_a_polynomial():
    f = lambda x: x**10
    for _ in range(10):
        f = grad(f)
    assert f(1.7) == 3628800


def test_a_tensor_given_to_grad_stays_in_its_graph():
    x = Tensor(2.0, requires_grad=True)
    slope = grad(lambda y: y**3)(x)
    assert slope.requires_grad
    slope.backward()
    assert x.grad == 12


def test_parameters_that_the_function_closes_over_do_not_accumulate():
    w = Tensor(X, requires_grad=True)
    g = grad(lambda x: np.sum(w * x))(X)
    np.testing.assert_array_equal(g.numpy(), X)
    assert w.grad is None


def test_the_inner_result_is_plain_where_it_does_not_depend_on_the_outer_variable():
    seen = []

    def f(x):
        seen.append(grad(lambda y: y * y)(2.0))
        return x * seen[0]

    assert grad(f)(1.0) == 4
    assert type(seen[0]) is np.float64


def test_inner_gradients_in_a_loop_do_not_walk_the_outer_graph_again():
    def f(x):
        total = x
        for _ in range(300):
            total = total + grad(lambda y, t=total: y * y * 0.001 + t * 0)(x) * 0.001
        return total

    np.testing.assert_allclose(grad(f)(1.0), 1 + 300 * 0.001 * 0.002, rtol=1e-12)


def test_hvp_costs_a_few_gradients():
    """By counting recorded operations: the passes for H·v run through a few times as many as one gradient does."""
    from autograd_core.graph.nodes import next_number

    def used(run):
        start = next_number()
        run()
        return next_number() - start

    f = lambda x: np.sum(np.tanh(x @ np.eye(3)) ** 2)
    assert used(lambda: hvp(f)(X, X)) <= 8 * used(lambda: grad(f)(X))


def test_every_kind_of_dict_stays_what_it_is():
    product = lambda p: p["a"] * p["b"]
    ordered = grad(product)(OrderedDict(b=2.0, a=3.0))
    assert type(ordered) is OrderedDict
    assert list(ordered.items()) == [("b", 3.0), ("a", 2.0)]
    filled = grad(product)(defaultdict(list, a=2.0, b=3.0))
    assert type(filled) is defaultdict
    assert (filled["a"], filled["b"], filled["c"]) == (3, 2, [])
    assert grad(lambda p: p["a"] * p["a"])(Counter(a=2.0)) == Counter(a=4.0)


# Mistakes


Pair = namedtuple("Pair", "x y")

NO_ARRAYS = {
    "alone": (None, "argument is None"),
    "in a dict": ({"w": X, "n": None}, r"argument\['n'\] is None"),
    "deeper": ([X, {"name": (X, "adam")}], r"argument\[1\]\['name'\]\[1\] is 'adam'"),
    "in a named tuple": (Pair(X, [object]), r"argument\.y\[0\] is <class 'object'>"),
}


@pytest.mark.parametrize("case", NO_ARRAYS)
def test_a_value_that_is_no_array_is_named(case):
    tree, words = NO_ARRAYS[case]
    message = f"{words}, and only arrays and numbers can be differentiated by: give it .* another argument"
    with pytest.raises(DTypeError, match=message):
        grad(lambda tree: 0.0)(tree)


def test_integers_in_a_container_are_named():
    with pytest.raises(DTypeError, match=r"got dtype int64; write x\['n'\]\.astype\(float\)"):
        grad(lambda p: p["w"])({"w": 1.0, "n": np.arange(3)})


@pytest.mark.parametrize("argnum", [(0, 0), (1, -1), (-2, 0), [0, 1, 1]])
@pytest.mark.parametrize("how", [grad, value_and_grad, elementwise_grad, jacobian, hessian, hvp])
def test_an_argument_is_named_once(how, argnum):
    """With an argument twice one of the two gradients would be 0."""
    with pytest.raises(TypeError, match=f"{how.__name__}: argnum names an argument twice"):
        how(lambda x, y: x * y**2, argnum)(2.0, 3.0, *([1.0] if how is hvp else []))


def test_argnum_is_no_switch():
    """`grad(f, True)` is meant as `has_aux=True`, and would be `argnum=1`."""
    with pytest.raises(TypeError, match="argnum must be a position among the 2 arguments given by position, got True"):
        grad(lambda x, y: (x * y, y), True)(2.0, 3.0)


@pytest.mark.parametrize("how", [grad, value_and_grad, elementwise_grad, jacobian, hessian])
def test_arrays_that_mean_something_else_are_refused(how):
    masked, matrix = np.ma.array([1.0, 2.0], mask=[False, True]), np.ones((1, 2)).view(np.matrix)
    with pytest.raises(DTypeError, match=r"argument is a masked array, which would lose its mask: write x.filled\(value\)"):
        how(np.sum)(masked)
    with pytest.raises(DTypeError, match=r"argument\['w'\] is an np.matrix.*write np.asarray\(x\['w'\]\), and @"):
        how(lambda p: np.sum(p["w"]))({"w": matrix})


def test_directions_and_results_that_mean_something_else_are_refused():
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    x = np.ones(2)
    for call in (
        lambda: vjp(np.sin, x)[1](masked),
        lambda: jvp(np.sin, (x,), (masked,)),
        lambda: hvp(lambda x: np.sum(x**3))(x, masked),
        lambda: jacobian(lambda x: masked)(x),
    ):
        with pytest.raises(UnsupportedError, match="masked array"):
            call()


def test_a_pullback_does_not_see_what_becomes_of_the_arrays():
    x = np.array([0.3, -0.7])
    out, pull, aux = vjp(lambda x: (np.tanh(x) * x, np.tanh(x)), x, has_aux=True)
    right = pull(np.ones(2))[0]
    for array in (x, out, aux):
        array[:] = 9
    np.testing.assert_array_equal(pull(np.ones(2))[0], right)
    tanh = np.tanh([0.3, -0.7])
    np.testing.assert_allclose(right, tanh + np.array([0.3, -0.7]) * (1 - tanh**2), rtol=1e-14)


@pytest.mark.parametrize("dtype", [object, str, "S5", "V8", "datetime64[s]", [("a", float)]])
def test_a_conversion_to_another_kind_of_array_is_refused(dtype):
    """And back again it would be a constant: a gradient of 0."""
    with pytest.raises(DTypeError, match=r"astype: an array of dtype .* cannot be part of a graph.*t.detach\(\).astype"):
        grad(lambda x: np.sum(x.astype(dtype)))(X)
    with pytest.raises(DTypeError, match=r"astype: an array of dtype .* cannot be part of a graph"):
        grad(lambda x: np.sum(np.astype(x, np.dtype(dtype))))(X)
    assert Tensor(X, requires_grad=True).detach().astype(object)[1] == 2.0


def test_errors_say_what_to_write():
    with pytest.raises(
        GraphError, match=r"grad: square must return a scalar, got shape \(3,\); use jacobian or elementwise_grad"
    ):
        grad(np.square)(X)
    with pytest.raises(TypeError, match="grad needs a function and returns one"):
        grad(3.0)
    with pytest.raises(TypeError, match="argnum must be a position among the 1 arguments given by position, got 1"):
        grad(cube, 1)(X)
    with pytest.raises(GraphError, match=r"hessian: .* must return a scalar, got shape \(3,\); write jacobian\(jacobian\(f\)\)"):
        hessian(lambda x: x)(X)
    with pytest.raises(ShapeError, match=r"vjp: a cotangent must have the shape of its output, \(3,\), got \(2,\)"):
        vjp(np.square, X)[1](np.ones(2))
    with pytest.raises(ShapeError, match=r"a tangent must have the shape of its primal, \(3,\), got \(2,\)"):
        jvp(np.square, (X,), (np.ones(2),))
    with pytest.raises(ShapeError, match=r"vjp: a cotangent must have the shape of its output, \(3,\), got None"):
        vjp(np.square, X)[1](None)
    with pytest.raises(DTypeError, match="vjp: a cotangent must have the dtype of its output, float64, got complex128"):
        vjp(np.square, X)[1](X * 1j)
    with pytest.raises(DTypeError, match="jvp: a tangent must have the dtype of its primal, float64, got complex128"):
        jvp(np.square, (X,), (X * 1j,))
    with pytest.raises(DTypeError, match="hvp: the vector must have the dtype of the argument, float64, got complex128"):
        hvp(cube)(X, X * 1j)
    with pytest.raises(ShapeError, match="expected 1 tangents"):
        jvp(np.square, (X,), (X, X))
    with pytest.raises(TypeError, match="primals and tangents must be tuples"):
        jvp(np.square, X, X)
    with pytest.raises(TypeError, match="takes the arguments of f and then the vector"):
        hvp(cube)(X)
    with pytest.raises(TypeError, match="must return an array, a number or a Tensor"):
        grad(lambda x: "three")(X)
    with pytest.raises(DTypeError, match=r"must return a real number, got complex128"):
        grad(lambda x: np.sum(x) * 1j)(X)

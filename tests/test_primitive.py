"""Functions of one's own: what `primitive` accepts, and derivatives that have none themselves."""

import functools
import gc
import inspect
import math
import operator
import weakref

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad, hessian, hvp, jacobian, jvp, primitive, relu, vjp
from autograd_core.errors import GradientError, GraphError, ShapeError, UnsupportedError
from autograd_core.testing import gradcheck

X = np.array([0.3, 0.5])


def only_arrays(*values):
    assert not any(isinstance(value, Tensor) for value in values)


def rule(g, x):
    """A rule that leaves NumPy, as one that calls a solver would."""
    only_arrays(g, x)
    return g * np.asarray(2 * x)


@primitive(x=rule, once=True)
def square(x):
    return x * x


@primitive(a=lambda g, b: g[0] * b + (0 if g[1] is None else g[1]), b=lambda g, a: g[0] * a, outputs=2, once=True)
def product_and_first(a, b):
    return a * b, a * 1


def test_once_has_a_first_derivative():
    assert grad(square)(3.0) == 6
    np.testing.assert_array_equal(vjp(square, X)[1](np.ones(2))[0], 2 * X)
    x = Tensor(X, requires_grad=True)
    square(x * 3).sum().backward()
    np.testing.assert_array_equal(x.grad, 18 * X)


SECOND = {
    "grad of grad": lambda: grad(grad(square))(3.0),
    "hessian": lambda: hessian(lambda x: np.sum(square(x)))(X),
    "hvp": lambda: hvp(lambda x: np.sum(square(x)))(X, X),
    "jvp": lambda: jvp(square, (X,), (X,)),
    "through another function": lambda: grad(grad(lambda x: square(np.sin(x)) * x))(3.0),
    "of one of several outputs": lambda: grad(grad(lambda x: product_and_first(x, x * 2)[0]))(3.0),
}


@pytest.mark.parametrize("case", SECOND)
def test_once_has_no_second_derivative(case):
    name = "product_and_first" if "outputs" in case else "square"
    with pytest.raises(GraphError, match=rf"^{name}: its derivative cannot be differentiated \(once=True\)"):
        SECOND[case]()


def test_create_graph_alone_does_not_need_the_second_derivative():
    x = Tensor(X, requires_grad=True)
    square(x).sum().backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.numpy(), 2 * X)
    assert x.grad.requires_grad
    with pytest.raises(GraphError, match="square: its derivative cannot be differentiated"):
        (x.grad**2).sum().backward()


def test_once_beside_others_leaves_their_second_derivatives():
    """Only a pass that goes through the derivative is refused, not one that goes past it."""
    f = lambda x, y: square(x) + y**3
    assert grad(grad(f, 1), 1)(2.0, 3.0) == 18


def test_float32_and_broadcasting():
    double = primitive(x=lambda g: np.asarray(g, float) * np.ones((2, 2)), once=True)(lambda x: x + np.zeros((2, 2), np.float32))
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    double(x).sum().backward(create_graph=True)
    assert (x.grad.dtype, x.grad.shape) == (np.float32, (2,))


# *rest, keywords, defaults


@primitive(x=lambda g, rest: g * sum(rest), rest=lambda g, x, i: g * x)
def times_sum(x, *rest):
    return x * sum(rest)


@primitive(
    x=lambda g, a, scale: g * a * scale,
    a=lambda g, x, scale: g * x * scale,
    rest=lambda g, rest, i, scale: 2 * g * rest[i] * scale,
)
def squares(x, a=3.0, *rest, scale=1.0):
    return (x * a + sum(part * part for part in rest)) * scale


def test_star_arguments():
    """Closed forms; for x · Σ rest at 5 and 7 the derivative by x is 12."""
    assert grad(times_sum, (0, 1, 2))(2.0, 5.0, 7.0) == (12, 2, 2)
    assert times_sum(2.0, 5.0, 7.0) == 24
    assert grad(lambda x: times_sum(x))(2.0) == 0
    np.testing.assert_array_equal(hessian(lambda x: times_sum(*x))(np.ones(3)), [[0, 1, 1], [1, 0, 0], [1, 0, 0]])
    assert jvp(times_sum, (2.0, 5.0, 7.0), (1.0, 0.0, 10.0)) == (24, 32)
    assert grad(squares)(2.0) == 3
    assert grad(lambda x: squares(x=x))(2.0) == 3
    assert grad(squares, (0, 1, 2, 3))(2.0, 5.0, 7.0, 11.0) == (5, 2, 14, 22)
    assert grad(lambda x: squares(x, 5.0, x, scale=10.0))(2.0) == 10 * (5 + 4)
    assert gradcheck(times_sum, X, X + 1, 2.0)


def test_star_arguments_without_a_rule_are_constants():
    only_x = primitive(x=lambda g, rest: g * sum(rest))(lambda x, *rest: x * sum(rest))
    assert grad(lambda x: only_x(x, 5.0, 7.0))(2.0) == 12
    for call in (lambda x: only_x(x, 5.0, x), lambda x: only_x(2.0, x)):
        with pytest.raises(UnsupportedError, match=r"there is no derivative with respect to argument rest, only to x"):
            grad(call)(2.0)


def test_the_first_argument_need_not_be_the_one_with_a_rule():
    """A Tensor in its place is refused, and gets no gradient of the other argument."""

    @primitive(x=lambda g, n: g * n)
    def multiple(n, x):
        return n * x

    with pytest.raises(UnsupportedError, match="multiple: there is no derivative with respect to argument n, only to x"):
        multiple(Tensor(2.0, requires_grad=True), 3.0)
    x = Tensor(3.0, requires_grad=True)
    multiple(2.0, x).backward()
    assert x.grad == 2.0
    assert multiple(Tensor(2.0), 3.0).item() == 6.0


def test_keyword_only_operands_and_keywords_of_any_name():
    f = primitive(x=lambda g, a: g * a, a=lambda g, x: g * x)(lambda x, *, a=2.0: x * a)
    assert grad(lambda x: f(x, a=x))(3.0) == 6
    assert grad(lambda x: f(x))(3.0) == 2
    any_name = primitive(x=lambda g: 3 * g)(lambda x, **others: x * others["a"])
    assert grad(lambda x: any_name(x, a=3.0))(2.0) == 3
    with pytest.raises(UnsupportedError, match="no derivative with respect to argument a, only to x"):
        grad(lambda x: any_name(x, a=x))(2.0)


def test_a_rule_with_a_default_of_its_own():
    functions = [primitive(x=lambda g, factor=factor: g * factor)(lambda x, factor=factor: x * 1) for factor in (2.0, 3.0)]
    assert [grad(f)(1.0) for f in functions] == [2, 3]
    assert grad(primitive(x=lambda g, *, x, k=2: g * x * k)(lambda x: x * x))(3.0) == 6


# Methods, partials, other callables


class Spring:
    activation = relu
    factor = 2.0

    def __init__(self, stiffness):
        self.stiffness = stiffness

    @primitive(x=lambda g, self, x: g * self.stiffness * x)
    def energy(self, x):
        """Its energy."""
        return self.stiffness * x * x / 2

    @staticmethod
    @primitive(x=lambda g: 2 * g)
    def twice(x):
        return 2 * x

    @primitive(x=lambda g: 2 * g)
    @staticmethod
    def also_twice(x):
        return 2 * x

    @classmethod
    @primitive(x=lambda g, cls: cls.factor * g)
    def times_factor(cls, x):
        return cls.factor * x


class Softer(Spring):
    factor = 0.5


def test_in_a_class():
    spring = Spring(3.0)
    assert grad(spring.energy)(2.0) == 6
    assert grad(lambda x: Spring.energy(spring, x))(2.0) == 6
    assert hessian(spring.energy)(2.0) == 3
    assert (grad(spring.twice)(1.0), grad(Spring.also_twice)(1.0), grad(spring.also_twice)(1.0)) == (2, 2, 2)
    assert (grad(Spring.times_factor)(1.0), grad(Softer(1.0).times_factor)(1.0)) == (2, 0.5)
    assert grad(spring.activation)(1.0) == 1  # a function of the table is none of the class's methods
    assert Spring.energy.__doc__ == "Its energy."
    with pytest.raises(TypeError, match="write @classmethod above @primitive"):
        primitive(x=lambda g: g)(classmethod(lambda cls, x: x))


class Triple:
    """Three times."""

    def __call__(self, x):
        return 3 * x


def product(a, x):
    """A product."""
    return a * x


def test_partials_and_objects_that_can_be_called():
    assert grad(primitive(x=lambda g: 3 * g)(Triple()))(2.0) == 3
    first = primitive(x=lambda g: 3 * g)(functools.partial(product, 3.0))
    named = primitive(a=lambda g, x: g * x)(functools.partial(product, x=5.0))
    assert (grad(first)(2.0), grad(named)(2.0)) == (3, 5)
    assert (repr(first), first.__doc__) == ("<product: >", "A product.")
    assert grad(primitive(a=operator.neg)(operator.neg))(2.0) == -1
    assert grad(primitive(x=np.negative)(lambda x: -x))(2.0) == -1  # and not np.negative(g, out)
    assert list(inspect.signature(times_sum).parameters) == ["x", "rest"]


# Several results


@primitive(x=lambda g, x: 2 * g[0] * x + 3 * g[1], outputs=2)
def square_and_triple(x):
    return x * x, 3 * x


def test_absent_cotangents_are_zeros():
    assert [grad(lambda x, k=k: square_and_triple(x)[k])(5.0) for k in (0, 1)] == [10, 3]
    assert grad(grad(lambda x: square_and_triple(x)[0]))(5.0) == 2
    np.testing.assert_array_equal(jacobian(lambda x: square_and_triple(x)[1])(X), 3 * np.eye(2))
    assert jvp(square_and_triple, (5.0,), (1.0,)) == ((25, 15), (10, 3))
    assert gradcheck(square_and_triple, X)
    seen = []
    two = primitive(x=lambda g: seen.append(g[1]) or g[0], outputs=2)(lambda x: (x * 1, np.sum(x, axis=0)))
    two(Tensor(np.ones((3, 2), np.float32), requires_grad=True))[0].sum().backward()
    np.testing.assert_array_equal(seen[0], np.zeros(2, np.float32), strict=True)


def test_absent_cotangents_in_a_captured_step():
    x = Tensor(X, requires_grad=True)

    def step():
        x.grad = None
        loss = square_and_triple(x)[0].sum()
        loss.backward()
        return loss

    captured = capture(step)
    for _ in range(3):
        captured()
        np.testing.assert_array_equal(x.grad, 2 * X)


# Rules that get gradients of their own


FORMS = {
    "a broadcast": lambda y: np.sum(y),
    "a transpose": lambda y: np.sum(y.T * np.arange(6.0).reshape(3, 2)),
    "a slice": lambda y: np.sum(y[:, ::-1][:, :2]),
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_once_gets_a_gradient_that_it_may_write_into(form, create_graph):
    def scribbling(g):
        assert g.flags.writeable
        assert g.flags.c_contiguous
        result = 3 * g
        g[...] = np.nan
        return result

    f = primitive(x=scribbling, once=True)(lambda x: 3 * x)
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    y = x * 1
    (FORMS[form](f(y)) + FORMS[form](y)).backward(create_graph=create_graph)
    expected = 4 * grad(FORMS[form])(np.ones((2, 3)))
    np.testing.assert_array_equal(np.asarray(x.grad if not create_graph else x.grad.detach()), expected)


def test_once_of_several_results_too():
    def rule(g):
        assert all(part.flags.writeable and part.flags.c_contiguous for part in g)
        return g[0] + g[1]

    two = primitive(x=rule, outputs=2, once=True)(lambda x: (x * 1, x * 1))
    np.testing.assert_array_equal(grad(lambda x: np.sum(two(x)[0]))(np.ones((2, 3))), np.ones((2, 3)))


def test_a_jacobian_of_many_results_goes_by_rows():
    many = primitive(x=lambda g, x: np.sum(g.reshape(10, 1) * 2 * x, axis=0), once=True)(lambda x: np.tile(x * x, 10))
    np.testing.assert_array_equal(jacobian(many)(np.array([3.0])), np.full((10, 1), 6.0))
    np.testing.assert_array_equal(jacobian(lambda x: np.exp(0 * many(x)) + many(x))(np.array([3.0])), np.full((10, 1), 6.0))


# Forward rules. The right values are those of the same functions in NumPy, which need none


A = np.arange(6.0).reshape(3, 2) - 2


def plain_rule(function):
    def rule(g, x):
        only_arrays(g, x)
        return function(g, x)

    return rule


opaque = primitive(
    x=plain_rule(lambda g, x: A.T @ (g * np.cos(A @ x))), once=True, jvp=plain_rule(lambda t, x: np.cos(A @ x) * (A @ t))
)(lambda x: np.sin(A @ x))
clear = lambda x: np.sin(A @ x)

opaque_two = primitive(
    a=lambda g, a, b: g[0] * b + 2 * g[1] * a, b=lambda g, a: g[0] * a, outputs=2, once=True,
    jvp={"a": lambda t, a, b: (t * b, 2 * t * a), "b": lambda t, a: (t * a, 0 * t)},
)(lambda a, b: (a * b, a * a))  # fmt: skip
clear_two = lambda a, b: (a * b, a * a)

FORWARD = {
    "jvp": lambda f, f2: jvp(f, (X,), (X + 1,))[1],
    "of a composition": lambda f, f2: jvp(lambda x: np.sum(f(np.exp(x)) ** 2), (X,), (X + 1,))[1],
    "jacobian by columns": lambda f, f2: jacobian(lambda x: np.tile(f(x), 5))(X),
    "by the tangent": lambda f, f2: grad(lambda t: np.sum(jvp(f, (X,), (t,))[1] ** 2))(X),
    "twice by the tangent": lambda f, f2: hessian(lambda t: np.sum(jvp(f, (X,), (t,))[1] ** 2))(X),
    "two results": lambda f, f2: jvp(f2, (2.0, 3.0), (0.5, 0.7))[1],
    "the second alone": lambda f, f2: jvp(lambda a, b: f2(a, b)[1], (2.0, 3.0), (0.5, 0.7))[1],
    "two results, by the tangent": lambda f, f2: grad(lambda t: sum(jvp(f2, (2.0, 3.0), (t, 0.7))[1]) ** 2)(0.5),
}


@pytest.mark.parametrize("case", FORWARD)
def test_forward_rules(case):
    np.testing.assert_allclose(FORWARD[case](opaque, opaque_two), FORWARD[case](clear, clear_two), rtol=1e-13)


def test_forward_rules_of_lists_and_of_broadcast_and_narrow_operands():
    listed = primitive(xs=lambda g, i: g * (i + 1), sequence="xs", once=True, jvp=lambda t, i: t * (i + 1))(
        lambda xs: sum((i + 1) * x for i, x in enumerate(xs))
    )
    assert jvp(listed, ([1.0, 2.0],), ([10.0, 100.0],)) == (5, 210)
    added = primitive(a=lambda g: g, b=lambda g: g, once=True, jvp={"a": lambda t: t, "b": lambda t: t})(lambda a, b: a + b)
    np.testing.assert_array_equal(jvp(added, (X, np.ones((3, 2))), (X, np.ones((3, 2))))[1], X + np.ones((3, 2)))
    half = primitive(x=lambda g, x: 2 * g * x, once=True, jvp=lambda t, x: 2.0 * np.float64(1) * t * x)(lambda x: x * x)
    assert jvp(half, (X.astype(np.float32),), (X.astype(np.float32),))[1].dtype == np.float32


def test_forward_rules_are_checked_and_have_no_derivative_by_the_argument():
    assert gradcheck(opaque, X, order=1)
    wrong = primitive(x=lambda g, x: 2 * g * x, once=True, jvp=lambda t, x: 2.02 * t * x)(lambda x: x * x)
    with pytest.raises(GradientError, match="forward mode"):
        gradcheck(wrong, X, order=1)
    for second in (lambda: grad(lambda x: np.sum(jvp(opaque, (x,), (X,))[1]))(X), lambda: hvp(lambda x: np.sum(opaque(x)))(X, X)):
        with pytest.raises(GraphError, match=r"its derivative cannot be differentiated \(once=True\).* hvp and hessian"):
            second()
    with pytest.raises(ShapeError, match=r"its jvp rule must return the shape of the result, \(2,\), got \(5,\)"):
        jvp(primitive(x=lambda g: g, once=True, jvp=lambda t: np.ones(5))(lambda x: x * 1), (X,), (X,))


def test_an_opaque_linear_operator_and_its_transpose():
    """Each the rule of the other: right to any order, against NumPy's own solve."""
    M = np.array([[2.0, 1.0], [0.0, 3.0]])
    solve = primitive(b=lambda g: solve_transposed(g))(lambda b: np.linalg.solve(M, b))
    solve_transposed = primitive(b=lambda g: solve(g))(lambda b: np.linalg.solve(M.T, b))
    ours, right = (lambda x, s=s: np.sum(s(x * x) ** 2) for s in (solve, lambda b: np.linalg.solve(M, b)))
    np.testing.assert_allclose(hvp(ours)(X, X + 1), hvp(right)(X, X + 1))
    assert gradcheck(ours, X)


# What is refused


LEAF = Tensor(2.0, requires_grad=True)


def two_of(*outputs, **options):
    return lambda: grad(lambda x: np.sum(primitive(x=lambda g: g[0], **options)(lambda x: outputs[0])(x)[0]))(2.0)


def two_rule(rule, **options):
    """The gradient of a function with two results, by this rule."""
    two = primitive(x=rule, outputs=2, **options)(lambda x: (x * 1, 2 * x))
    return lambda: grad(lambda x: np.sum(two(x)[1]))(X)


WRONG = {
    "a tuple": (
        lambda: grad(primitive(x=lambda g: g)(lambda x: (x, x)))(2.0),
        TypeError, r"must return an array or a number, got a tuple of 2; if these are several results.* write outputs=2",
    ),
    "another number": (two_of((1.0, 2.0), outputs=3), TypeError, r"outputs=3, so the function must return a tuple of 3, got 2"),
    "no tuple": (two_of(1.0, outputs=2), TypeError, r"outputs=2, so the function must return a tuple of 2, got float"),
    "no array in it": (two_of((1.0, "a"), outputs=2), TypeError, r"must return an array or a number, got str"),
    "a rule that takes g for one array": (
        two_rule(lambda g, x: g * x),
        TypeError, r"g is the tuple of the gradients of 2 results: compute with g\[0\], g\[1\] in the rule",
    ),
    "a rule with once=True that does": (
        two_rule(lambda g, x: g * x, once=True), TypeError, r"the gradients of 2 results: compute with g\[0\], g\[1\]"
    ),
    "a rule that sums g": (
        two_rule(lambda g: np.sum(g, axis=0)), TypeError, r"the gradients of 2 results: compute with g\[0\], g\[1\]"
    ),
    "a rule that multiplies by g": (
        two_rule(lambda g, x: x * g), TypeError, r"the gradients of 2 results: compute with g\[0\], g\[1\]"
    ),
    "a rule that returns g": (two_rule(lambda g: g), GraphError, r"an array of shape \(2,\), got a tuple"),
    "nothing": (lambda: grad(primitive(x=lambda g: g)(lambda x: None))(2.0), TypeError, "an array or a number, got NoneType"),
    "a Tensor": (
        lambda: grad(primitive(x=lambda g: g)(lambda x: x * LEAF))(2.0),
        TypeError, "got a Tensor, which it must have from elsewhere; give it that one as an argument",
    ),
    "no argument of that name": (
        lambda: primitive(y=lambda g: g)(lambda x: x), TypeError, r"<lambda>\(x\) has no argument 'y' for the rule of that name"
    ),
    "a rule that asks for more": (
        lambda: primitive(x=lambda g, z: g)(lambda x: x), TypeError, r"the rule of x asks for 'z'; it can have out, x, or one of"
    ),
    "a rule of *args": (lambda: primitive(x=lambda g, *z: g)(lambda x: x), TypeError, r"must name what it asks for, got \*z"),
    "a rule of nothing": (lambda: primitive(x=lambda: 1)(lambda x: x), TypeError, "the rule of x must take the gradient first"),
    "no function": (lambda: primitive(x=3)(lambda x: x), TypeError, "the rule of x must be a function, got 3"),
    "a rule that returns None": (
        lambda: grad(primitive(x=lambda g: None)(lambda x: np.sum(x)))(X), GraphError, r"an array of shape \(2,\), got NoneType"
    ),
    "a rule of the wrong shape": (
        lambda: grad(primitive(x=lambda g: np.ones(3))(lambda x: np.sum(x)))(X),
        ShapeError, r"the rule must return a gradient of shape \(2,\).* got \(3,\)",
    ),
    "a rule that sums too much": (
        lambda: grad(primitive(x=lambda g: g)(lambda x: np.sum(x)))(X), ShapeError, r"of shape \(2,\).* got \(\)"
    ),
    "a rule of words": (
        lambda: grad(primitive(x=lambda g: "a")(lambda x: np.sum(x)))(X), GraphError, r"array of numbers of shape \(2,\), got str"
    ),
    "a built-in that does not tell": (
        lambda: primitive(x=lambda g: g)(math.hypot), TypeError, "hypot does not tell its arguments; write a function around it"
    ),
    "no function at all": (lambda: primitive(x=lambda g: g)(3), TypeError, "it must decorate a function, got int"),
    "without rules": (lambda: primitive(math.sin), TypeError, r"primitive needs the derivatives: @primitive\(x=lambda g"),
    "an argument called name": (
        lambda: primitive(name=lambda g: g)(lambda name: name), TypeError, "name must be str, .* rename the argument"
    ),
    "outputs": (lambda: primitive(x=lambda g: g, outputs=0), ValueError, "outputs must be 1, 2, … or None, got 0"),
    "outputs, a flag": (lambda: primitive(x=lambda g: g, outputs=True), TypeError, "outputs must be int, got True"),
    "sequence": (lambda: primitive(x=lambda g: g, sequence="y")(lambda x, y: x), TypeError, "sequence='y' needs a rule of that"),
    "kept": (
        lambda: primitive(x=lambda g, c: g * c, kept={"c": np.cos})(lambda x: x), TypeError, r"kept\['c'\] .*write c=lambda x: …"
    ),
    "what is kept is not returned": (
        lambda: primitive(x=lambda g, c: g * c, kept={"c": lambda x: np.cos(x)})(lambda x: np.sin(x))(X),
        TypeError, r"with kept= the function must return \(result, c\), got ndarray",
    ),
    "a forward rule without once": (
        lambda: primitive(x=lambda g: g, jvp=lambda t: t)(lambda x: x), TypeError, "jvp= is for rules with once=True"
    ),
    "a forward rule is missing": (
        lambda: primitive(a=lambda g: g, b=lambda g: g, once=True, jvp={"a": lambda t: t})(lambda a, b: a + b),
        TypeError, "jvp must be a dict of a forward rule for each of a, b",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_refused(case):
    run, kind, words = WRONG[case]
    with pytest.raises(kind, match=words):
        run()


def test_a_primitive_goes_with_its_last_name():
    """Made in a loop, they must not add up."""

    def made():
        f = primitive(x=lambda g: 2 * g)(lambda x: 2 * x)
        assert grad(f)(1.0) == 2
        return weakref.ref(f)

    references = [made() for _ in range(3)]
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_compiled_code_takes_the_gradient():
    """numba compiles for what it is told to get: writeable arrays in C's order."""
    numba = pytest.importorskip("numba", reason="numba is not installed")
    double = numba.njit("float64[:,::1](float64[:,::1])")(lambda g: 2 * g)
    f = primitive(x=lambda g: double(g), once=True)(lambda x: 2 * x)
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)) + np.sum(f(x).T))(np.ones((2, 3))), np.full((2, 3), 4.0))


def test_a_function_that_nobody_holds_any_more_is_freed():
    gone = []
    for i in range(3):

        def forward(x, factor=i):
            return x * factor

        scaled = primitive(x=lambda g, factor: g * factor)(forward)
        assert grad(scaled)(2.0) == i
        gone.append(weakref.ref(forward))
    del forward, scaled
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3


@pytest.mark.parametrize("x_recorded", [True, False])
@pytest.mark.parametrize("w_recorded", [True, False])
def test_a_call_is_recorded_alike_whatever_calls_of_the_same_types_came_before(x_recorded, w_recorded):
    """∂ x w² / ∂x = w² and ∂ / ∂w = 2 x w; what to take out of arguments is kept for each combination of their types."""

    @primitive("x w²", x=lambda g, w: g * w**2, w=lambda g, x, w: g * 2 * x * w)
    def weighted(x, w, power=2):
        return x * w**power

    for first in (True, False):
        weighted(Tensor([1.0], requires_grad=first), Tensor([1.0], requires_grad=not first))
    x, w = Tensor([3.0, 4.0], requires_grad=x_recorded), Tensor([5.0, 6.0], requires_grad=w_recorded)
    for out in (weighted(x, w), weighted(x, w=w), weighted(x, w, 2)):
        np.testing.assert_array_equal(out.numpy(), [75.0, 144.0])
        assert out.requires_grad == (x_recorded or w_recorded)
        x.grad = w.grad = None
        if out.requires_grad:
            out.sum().backward()
        for operand, recorded, slope in ((x, x_recorded, [25.0, 36.0]), (w, w_recorded, [30.0, 48.0])):
            if recorded:
                np.testing.assert_array_equal(operand.grad, slope)
            else:
                assert operand.grad is None


def test_a_class_with_a_way_of_its_own_keeps_it_after_calls_of_tensors():
    class Marked(Tensor):
        def __autograd_function__(self, entry, args, kwargs):
            return "its own way"

    double = primitive("2 x", x=lambda g: 2 * g)(lambda x: 2 * x)
    assert double(Tensor(1.0, requires_grad=True)).item() == 2.0
    for _ in range(2):
        assert double(Marked(1.0, requires_grad=True)) == "its own way"
        assert double(np.float64(1.0)) == 2.0

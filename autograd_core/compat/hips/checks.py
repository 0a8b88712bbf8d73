"""`autograd.test_util`: derivatives against finite differences along random directions."""

from itertools import product

from autograd_core.compat.hips.operators import make_jvp_of_one, make_vjp_of_one, name_of, unary_to_nary
from autograd_core.compat.hips.spaces import vspace

TOL = RTOL = EPS = 1e-6


def scalar_close(a, b):
    """Whether two numbers agree to 1e-6, absolutely or relatively."""
    return abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL


def make_numerical_jvp(f, x):
    """v -> the derivative of f along v, by a central difference of step 1e-6."""
    x_space, y_space = vspace(x), vspace(f(x))

    def jvp(v):
        after = f(x_space.add(x, x_space.scalar_mul(v, EPS / 2)))
        before = f(x_space.add(x, x_space.scalar_mul(v, -EPS / 2)))
        return y_space.scalar_mul(y_space.add(after, y_space.scalar_mul(before, -1.0)), 1 / EPS)

    return jvp


def check_vjp(f, x):
    """Raise AssertionError if reverse mode and finite differences disagree."""
    vjp, y = make_vjp_of_one(f, x)
    x_space, y_space = vspace(x), vspace(y)
    v, u = x_space.randn(), y_space.randn()
    gradient = x_space.covector(vjp(y_space.covector(u)))
    assert vspace(gradient) == x_space, f"the gradient of {name_of(f)} is of {vspace(gradient)}, its argument of {x_space}"
    exact, numeric = x_space.inner_prod(v, gradient), y_space.inner_prod(u, make_numerical_jvp(f, x)(v))
    assert scalar_close(numeric, exact), (
        f"Derivative (VJP) check of {name_of(f)} failed with arg {x}:\nanalytic: {exact}\nnumeric:  {numeric}"
    )


def check_jvp(f, x):
    """Raise AssertionError if forward mode and finite differences disagree."""
    v = vspace(x).randn()
    check_equivalent(make_jvp_of_one(f, x)(v)[1], make_numerical_jvp(f, x)(v))


def check_equivalent(x, y):
    """Raise AssertionError if two values differ along a random direction."""
    x_space, y_space = vspace(x), vspace(y)
    assert x_space == y_space, f"VSpace mismatch:\nx: {x_space}\ny: {y_space}"
    v = x_space.randn()
    assert scalar_close(x_space.inner_prod(x, v), x_space.inner_prod(y, v)), f"Value mismatch:\nx: {x}\ny: {y}"


@unary_to_nary
def check_grads(f, x, modes=("fwd", "rev"), order=2):
    """Check derivatives up to `order`, in forward ("fwd") and reverse mode ("rev")."""
    if any(mode not in ("fwd", "rev") for mode in modes):
        raise ValueError(f'check_grads: modes must be among "fwd" and "rev", got {modes!r}')
    for mode, check in (("fwd", check_jvp), ("rev", check_vjp)):
        if mode not in modes:
            continue
        check(f, x)
        if order > 1:
            forward = mode == "fwd"
            derivative = (lambda x, v: make_jvp_of_one(f, x)(v)[1]) if forward else (lambda x, v: make_vjp_of_one(f, x)[0](v))
            derivative.__name__ = f"{'jvp' if forward else 'vjp'}_{name_of(f)}"
            v = vspace(x if forward else f(x)).randn()
            check_grads(derivative, (0, 1), modes, order=order - 1)(x, v)


def combo_check(fun, *check_args, **check_kwargs):
    """The function (*lists of values) that checks all combinations of them."""

    def check(*args, **kwargs):
        named = [[(name, value) for value in values] for name, values in kwargs.items()]
        for chosen in product(*args):
            for settings in product(*named):
                check_grads(fun, *check_args, **check_kwargs)(*chosen, **dict(settings))

    return check

"""HIPS autograd's differential operators, with its signatures: each is a line over this package's own."""

import functools
import inspect
import warnings

import numpy as np

import autograd_core
from autograd_core import Tensor
from autograd_core.compat.hips.boxes import as_floats, has_boxes, leaves_like
from autograd_core.compat.hips.extend import forward_mode
from autograd_core.compat.hips.spaces import vspace

checkpoint = autograd_core.checkpoint


def unary_to_nary(unary_operator):
    """An operator on functions of one argument, for functions of several: `argnum` says by which, an int or several of them."""

    @functools.wraps(unary_operator)
    def nary_operator(fun, argnum=0, *op_args, **op_kwargs):
        if type(argnum) not in (int, tuple, list):
            raise TypeError(f"{unary_operator.__name__}: argnum must be an int, or a tuple or list of them, got {argnum!r}")

        def nary(*args, **kwargs):
            chosen = (argnum,) if type(argnum) is int else tuple(argnum)
            if any(not -len(args) <= i < len(args) for i in chosen):
                raise TypeError(f"{unary_operator.__name__}: argnum {argnum} is not among the {len(args)} arguments by position")

            def unary(x):
                values = list(args)
                for i, value in zip(chosen, (x,) if type(argnum) is int else x, strict=True):
                    values[i] = value
                return fun(*values, **kwargs)

            unary.__name__ = name_of(fun)
            x = args[argnum] if type(argnum) is int else tuple(args[i] for i in chosen)
            return unary_operator(unary, x, *op_args, **op_kwargs)

        nary.__name__ = f"{unary_operator.__name__}_of_{name_of(fun)}_wrt_argnum_{argnum}"
        nary.__doc__ = f"{unary_operator.__name__} of {name_of(fun)} with respect to argument {argnum}, with its arguments."
        return nary

    return nary_operator


def name_of(fun):
    return getattr(fun, "__name__", "[unknown name]")


def doc_of(fun):
    return getattr(fun, "__doc__", "")


def renamed(fun, namestr="{fun}", docstr="{doc}", **kwargs):
    """HIPS autograd's `wraps`: a decorator that names a function after another one, by templates."""

    def decorate(f):
        f.__name__ = namestr.format(fun=name_of(fun), **kwargs)
        f.__doc__ = docstr.format(fun=name_of(fun), doc=doc_of(fun), **kwargs)
        return f

    return decorate


def _watched(fun):
    """The function, with HIPS autograd's warning if its result is not one of what it was given."""

    @functools.wraps(fun, updated=())
    def watched(x):
        out = fun(x)
        if not has_boxes(out):
            warnings.warn("Output seems independent of input.", stacklevel=2)
        return out

    return watched


# Of one argument: `core` has them so


def make_vjp_of_one(fun, x):
    """(vjp, fun(x)) with vjp(g) the product of g and the Jacobian, as a gradient of x."""
    out, pullback = autograd_core.vjp(_watched(fun), as_floats(x))
    return (lambda g: pullback(_as_result(g, out))[0]), out


def _as_result(g, out):
    """A cotangent as our pullbacks take it: with the shape of the result, of which HIPS autograd takes any that broadcasts."""
    if isinstance(out, (dict, list, tuple)) or isinstance(g, (dict, list, tuple)) or np.shape(g) == np.shape(out):
        return g
    return np.broadcast_to(g, np.shape(out)) if np.ndim(g) <= np.ndim(out) else g


def make_jvp_of_one(fun, x):
    """v -> (fun(x), the product of the Jacobian and v)."""

    def jvp(v):
        token = forward_mode.set(True)
        try:
            return autograd_core.jvp(_watched(fun), (as_floats(x),), (as_floats(v),))
        finally:
            forward_mode.reset(token)

    return jvp


make_vjp = unary_to_nary(make_vjp_of_one)
make_vjp.__name__ = "make_vjp"
make_jvp = unary_to_nary(make_jvp_of_one)
make_jvp.__name__ = "make_jvp"


@unary_to_nary
def make_jvp_reversemode(fun, x):
    """v -> the product of the Jacobian and v."""
    return lambda v: make_jvp_of_one(fun, x)(v)[1]


@unary_to_nary
def grad(fun, x):
    """The gradient of a scalar-valued function, in the containers of its argument."""
    return autograd_core.grad(_scalar(_watched(fun), "Grad"))(as_floats(x))


@unary_to_nary
def value_and_grad(fun, x):
    """(value, gradient), for scipy.optimize."""
    return autograd_core.value_and_grad(_scalar(_watched(fun), "value_and_grad"))(as_floats(x))


@unary_to_nary
def grad_and_aux(fun, x):
    """(gradient of the first output, second output) of a function with two."""
    return autograd_core.grad(lambda x: tuple(fun(x)), has_aux=True)(as_floats(x))


def _scalar(fun, what):
    @functools.wraps(fun, updated=())
    def scalar(x):
        out = fun(x)
        if vspace(out).size != 1:
            raise TypeError(
                f"{what} only applies to real scalar-output functions. Try jacobian, elementwise_grad or holomorphic_grad."
            )
        return out

    return scalar


@unary_to_nary
def elementwise_grad(fun, x):
    """The sum of each column of the Jacobian: its diagonal, for a function of each element."""

    def real(x):
        out = _watched(fun)(x)
        if any(vspace(part).iscomplex for part in leaves_like(out, out)):
            raise TypeError("Elementwise_grad only applies to real-output functions.")
        return out

    return autograd_core.elementwise_grad(real)(as_floats(x))


@unary_to_nary
def deriv(fun, x):
    """The derivative in the direction of ones, by forward mode."""
    return make_jvp_of_one(fun, x)(vspace(as_floats(x)).ones())[1]


@unary_to_nary
def jacobian(fun, x):
    """The Jacobian, of shape output.shape + input.shape."""
    fun, x = _watched(fun), as_floats(x)
    if not isinstance(x, (dict, list, tuple)) and vspace(x).iscomplex:
        return _rows(fun, x)
    return autograd_core.jacobian(fun)(x)


def _rows(fun, x):
    """One gradient for each element of the result and its real and imaginary parts, as HIPS autograd has them."""
    vjp, out = make_vjp_of_one(fun, x)
    space = vspace(out)
    shape = np.shape(out) + np.shape(x)
    rows = [vjp(g) for g in space.standard_basis()]
    return np.reshape(np.stack(rows), shape if space.size == np.size(out) else (len(rows), *np.shape(x)))


@unary_to_nary
def holomorphic_grad(fun, x):
    """The derivative of a holomorphic function."""
    if not vspace(as_floats(x)).iscomplex:
        warnings.warn("Input to holomorphic_grad is not complex", stacklevel=3)
    return grad(lambda x: np.real(fun(x)))(x)


def grad_named(fun, argname):
    """The gradient by the argument of that name."""
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ValueError(f"grad_named: {name_of(fun)} has no argument {argname!r}; it has {', '.join(names)}")
    return grad(fun, names.index(argname))


@unary_to_nary
def hessian(fun, x):
    """The Hessian, of shape output.shape + input.shape + input.shape."""
    return jacobian(jacobian(fun))(x)


@unary_to_nary
def make_hvp(fun, x):
    """(v -> Hessian times v, gradient), at one point."""
    return make_vjp_of_one(grad(fun), x)


def hessian_tensor_product(fun, argnum=0):
    """The function (*args, tensor) -> the Hessian times the tensor."""
    gradient = grad(fun, argnum)

    def product(*args, **kwargs):
        *args, tensor = args
        return np.tensordot(gradient(*args, **kwargs), tensor, np.ndim(tensor))

    return grad(product, argnum)


def tensor_jacobian_product(fun, argnum=0):
    """The function (*args, tensor) -> the tensor times the Jacobian."""

    def product(*args, **kwargs):
        *args, tensor = args
        return np.tensordot(tensor, fun(*args, **kwargs), np.ndim(tensor))

    return jacobian(product, argnum)


hessian_vector_product = hessian_tensor_product
vector_jacobian_product = tensor_jacobian_product


def _half_square(x):
    return np.sum(x**2, axis=-1) / 2


def make_ggnvp(f, g=_half_square, f_argnum=0):
    """The product of the generalised Gauss-Newton matrix of g∘f and a vector."""

    @unary_to_nary
    def make(f, x):
        f_vjp, f_x = make_vjp_of_one(f, x)
        g_hvp, _ = make_vjp_of_one(grad(g), f_x)
        f_jvp = make_jvp_of_one(f, x)
        return lambda v: f_vjp(g_hvp(f_jvp(v)[1]))

    return make(f, f_argnum)


def multigrad_dict(fun):
    """The function of fun's arguments -> {name: gradient} for all of them."""
    signature = inspect.signature(fun)

    def gradients(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(values):
            again = inspect.BoundArguments(signature, values)
            return fun(*again.args, **again.kwargs)

        return grad(of_dict)(dict(bound.arguments))

    return gradients


__all__ = [
    "Tensor", "checkpoint", "deriv", "elementwise_grad", "grad", "grad_and_aux", "grad_named", "hessian",
    "hessian_tensor_product", "hessian_vector_product", "holomorphic_grad", "jacobian", "make_ggnvp", "make_hvp", "make_jvp",
    "make_jvp_reversemode", "make_vjp", "multigrad_dict", "tensor_jacobian_product", "value_and_grad", "vector_jacobian_product",
]  # fmt: skip

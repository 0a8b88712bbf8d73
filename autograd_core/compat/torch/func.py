"""`torch.func`: functions of functions."""

import autograd_core as core
from autograd_core.compat.torch.boundary import Outside, inside
from autograd_core.compat.torch.operations import shaping
from autograd_core.compat.torch.wrapping import refuses


def _transformed(transform):
    def of(func, argnums=0, has_aux=False):
        return inside(transform(Outside(func), argnums, has_aux))

    of.__doc__ = f"`autograd_core.{transform.__name__}` of a function of Tensors."
    return of


grad, grad_and_value_ = _transformed(core.grad), _transformed(core.value_and_grad)
jacrev = jacfwd = _transformed(core.jacobian)


def grad_and_value(func, argnums=0, has_aux=False):
    """The gradient and the value."""
    both = grad_and_value_(func, argnums, has_aux)
    return lambda *args, **kwargs: both(*args, **kwargs)[::-1]


def hessian(func, argnums=0):
    """The Hessian."""
    return inside(core.hessian(Outside(func), argnums))


def vjp(func, *primals):
    """(the value at primals, the function from a cotangent to those of the primals)"""
    out, pull = inside(core.vjp)(func, *primals)
    return out, inside(lambda v: _as_tuple(pull(v)))


def _as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def jvp(func, primals, tangents):
    """(the value at primals, its change along tangents)"""
    return inside(core.jvp)(func, primals, tangents)


def vmap(func, in_dims=0, out_dims=0):
    """The function of each row of its arguments, one after another: right, but no quicker than a loop."""

    def mapped(*args):
        dims = in_dims if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        count = next(arg.shape[dim] for arg, dim in zip(args, dims, strict=True) if dim is not None)
        rows = [
            func(*[arg if dim is None else arg.select(dim, i) for arg, dim in zip(args, dims, strict=True)]) for i in range(count)
        ]
        join = inside(lambda parts: shaping.TABLE["stack"](parts, out_dims))
        if isinstance(rows[0], tuple):
            return tuple(join(list(parts)) for parts in zip(*rows, strict=True))
        return join(rows)

    return mapped


def functional_call(module, parameters, args=(), kwargs=None):
    """module(*args) with these Tensors in the place of its parameters."""
    import nn as layers

    call = getattr(getattr(layers, "utils", None), "stateless", None)
    if call is None:
        raise NotImplementedError("functional_call: nn.utils.stateless is not there")
    return call.functional_call(module, parameters, args if isinstance(args, (tuple, list)) else (args,), kwargs or {})


__getattr__ = refuses(__name__)

"""Functions with derivatives of one's own: `primitive` and the ways to define its vector-Jacobian and Jacobian-vector products.

Each call of such a function becomes one operation of our graph: its operands are the arrays among the arguments given by
position, also in containers, and its rule asks the user's function for the product. So rules made of NumPy's functions have
derivatives themselves.
"""

import functools
import warnings
from contextvars import ContextVar
from itertools import count

import numpy as np

import autograd_core
from autograd_core.compat.hips.boxes import Box, getval, has_boxes, isbox, leaves_like, map_leaves
from autograd_core.compat.hips.spaces import SparseObject, VSpace, vspace

__all__ = [
    "Box", "SparseObject", "VSpace", "def_linear", "defjvp", "defjvp_argnum", "defjvp_argnums", "defvjp", "defvjp_argnum",
    "defvjp_argnums", "getval", "isbox", "notrace_primitive", "primitive", "register_notrace", "vspace",
]  # fmt: skip

forward_mode = ContextVar("forward_mode", default=False)  # whether a product with the Jacobian from the right is being computed
primitive_vjps: dict = {}  # primitive -> function (argnums, ans, args, kwargs) -> function g -> a gradient for each of argnums
primitive_jvps: dict = {}  # primitive -> function (argnums, tangents, ans, args, kwargs) -> tangent of the result


def primitive(f_raw):
    """The function, as one operation whose derivatives are defined with `defvjp` and `defjvp`."""
    name = getattr(f_raw, "__name__", type(f_raw).__name__)
    entries: dict = {}

    @functools.wraps(f_raw, updated=())
    def f_wrapped(*args, **kwargs):
        argnums = [i for i, arg in enumerate(args) if has_boxes(arg)]
        if not argnums or not (f_wrapped in primitive_vjps or f_wrapped in primitive_jvps):
            if any(isbox(args[i]) for i in argnums):
                raise NotImplementedError(f"VJP of {name} wrt argnums {tuple(argnums)} not defined")
            return f_raw(*args, **kwargs)
        call = Call(f_wrapped, f_raw, name, argnums, args, kwargs)
        result = f_raw(*[map_leaves(getval, arg) if i in argnums else arg for i, arg in enumerate(args)], **kwargs)
        return call.recorded(result, entries)

    return f_wrapped


class Call:
    """One call of a primitive on Tensors.

    places   for each of `argnums`, where its leaves are among the operands
    """

    def __init__(self, function, f_raw, name, argnums, args, kwargs):
        self.function, self.f_raw, self.name, self.argnums, self.kwargs = function, f_raw, name, argnums, kwargs
        self.args = [None if i in argnums else arg for i, arg in enumerate(args)]
        self.templates = [args[i] for i in argnums]
        self.leaves = [leaf for arg in self.templates for leaf in leaves_like(arg, arg)]
        self.templates = [map_leaves(lambda leaf: None, arg) for arg in self.templates]
        self.result = self.pulled = None

    def recorded(self, result, entries):
        """The result, as that of an operation of our graph on the leaves."""
        if has_boxes(result):
            raise autograd_core.errors.UnsupportedError(
                f"{self.name}: the result depends on something beside the arguments that is differentiated by; hand it over as "
                "an argument"
            )
        outputs = leaves_like(result, result)
        if not all(np.asarray(output).dtype.kind in "fc" for output in outputs):
            return result
        self.result = map_leaves(lambda output: None, result)
        number = None if self.result is None else len(outputs)
        if number not in entries:
            entries[number] = _entry(self.f_raw, self.name, number, self.function in primitive_vjps)
        made = entries[number](self.leaves, self, outputs[0] if number is None else tuple(outputs))
        return self.in_result([made] if number is None else made)

    def in_result(self, values):
        values = iter(values)
        return map_leaves(lambda _: next(values), self.result)

    def arguments(self, leaves):
        leaves, args = iter(leaves), list(self.args)
        for i, template in zip(self.argnums, self.templates, strict=True):
            args[i] = map_leaves(lambda _: next(leaves), template)
        return tuple(args)

    def gradient(self, g, leaves, out, i):
        """The gradient of leaf `i`. All are computed at once, since HIPS autograd asks for them so, and kept for the others."""
        pulled = self.pulled
        if pulled is None or not _same(pulled[0], g):
            ans = self.in_result([out] if self.result is None else out)
            gradient = self.in_result([g] if self.result is None else g)
            gradient = map_leaves(_contiguous, gradient)
            gradients = primitive_vjps[self.function](tuple(self.argnums), ans, self.arguments(leaves), self.kwargs)(gradient)
            parts = [
                part
                for template, value in zip(self.templates, gradients, strict=True)
                for part in leaves_like(template, _dense(value))
            ]
            pulled = self.pulled = g, [_dense(part) for part in parts]
        return pulled[1][i]

    def tangent(self, t, leaves, out, i):
        """What the tangent of leaf `i` adds to that of the result."""
        args = self.arguments(leaves)
        number = next(k for k, argnum in enumerate(self.argnums) if i < sum(self._sizes()[: k + 1]))
        argnum, first = self.argnums[number], sum(self._sizes()[:number])
        tangents = [t if k == i else np.zeros_like(leaf) for k, leaf in enumerate(leaves)]
        tangents = iter(tangents[first : first + self._sizes()[number]])
        given = map_leaves(lambda _: next(tangents), self.templates[number])
        ans = self.in_result([out] if self.result is None else out)
        part = primitive_jvps[self.function]((argnum,), [given], ans, args, self.kwargs)
        return part if self.result is None else tuple(leaves_like(self.result, part))

    def _sizes(self):
        return [len(leaves_like(template, template)) for template in self.templates]


def _entry(f_raw, name, outputs, backward):
    """The operation of our table for a primitive with so many outputs, or None for one that is not in a container."""
    settings = {"name": name, "sequence": "leaves", "outputs": outputs}

    def run(leaves, call, result):
        return result

    run.__module__ = getattr(f_raw, "__module__", None)  # it stands for a function of the user's

    if backward:
        rule = lambda g, leaves, call, out, i: call.gradient(g, leaves, out, i)
        return autograd_core.primitive(f"{name} | its own derivative", leaves=rule, **settings)(run)

    def no_rule(g, leaves, call, i):
        if forward_mode.get():  # which is made of two passes; the values of the first go nowhere
            return np.full(np.shape(leaves[i]), np.nan)
        raise NotImplementedError(f"VJP of {call.name} wrt argnums {tuple(call.argnums)} not defined")

    forward = {"leaves": lambda t, leaves, call, out, i: call.tangent(t, leaves, out, i)}
    return autograd_core.primitive(f"{name} | none", once=True, jvp=forward, leaves=no_rule, **settings)(run)


def _same(g, other):
    """Whether two gradients are one object; those of several outputs come in a new tuple each time."""
    if type(g) is tuple and type(other) is tuple:
        return all(a is b for a, b in zip(g, other, strict=True))
    return g is other


def _contiguous(g):
    return np.ascontiguousarray(g) if type(g) is np.ndarray and g.ndim else g


def _dense(gradient):
    return gradient.mut_add(gradient.vs.zeros()) if isinstance(gradient, SparseObject) else gradient


def notrace_primitive(f_raw):
    """The function of plain values: what it returns depends on nothing."""

    @functools.wraps(f_raw, updated=())
    def f_wrapped(*args, **kwargs):
        return f_raw(*map(getval, args), **{name: getval(value) for name, value in kwargs.items()})

    return f_wrapped


def register_notrace(trace_type, primitive_fun):
    """Take the function as constant: it gets no gradients."""
    defvjp_argnum(primitive_fun, lambda argnum, ans, args, kwargs: lambda g: vspace(args[argnum]).zeros())


# Reverse mode


def _checked(fun, what):
    if not callable(fun):
        raise TypeError(f"{what}: expected a function made with primitive, got {type(fun).__name__}")
    if _has_derivatives(fun):
        raise TypeError(
            f"{what}: {fun.__name__} is NumPy's own, which has its derivatives; to give it others, write "
            f"f = primitive(np.{fun.__name__}) and define them for f"
        )
    return fun


def _has_derivatives(fun):
    return isinstance(fun, np.ufunc) or getattr(fun, "__autograd_core_derivative__", False)


def defvjp_argnums(fun, vjpmaker):
    """Define `vjpmaker(argnums, ans, args, kwargs)` -> (g -> the gradients of all these arguments)."""
    primitive_vjps[_checked(fun, "defvjp_argnums")] = vjpmaker


def defvjp_argnum(fun, vjpmaker):
    """Define `vjpmaker(argnum, ans, args, kwargs)` -> (g -> the gradient of this argument)."""

    def vjp_argnums(argnums, *args):
        vjps = [vjpmaker(argnum, *args) for argnum in argnums]
        return lambda g: [vjp(g) for vjp in vjps]

    primitive_vjps[_checked(fun, "defvjp_argnum")] = vjp_argnums


def defvjp(fun, *vjpmakers, argnums=None):
    """Define `vjpmaker(ans, *args, **kwargs)` -> (g -> gradient) for each argument, or each of `argnums`; None for zeros."""
    makers = dict(zip(count() if argnums is None else argnums, vjpmakers, strict=False))
    for argnum, maker in makers.items():
        if maker is not None and not callable(maker):
            raise TypeError(f"defvjp: argument {argnum} needs a function (ans, *args) -> (g -> gradient), or None; got {maker!r}")

    def vjp_argnums(argnums, ans, args, kwargs):
        vjps = []
        for argnum in argnums:
            if argnum not in makers:
                raise NotImplementedError(f"VJP of {fun.__name__} wrt argnum {argnum} not defined")
            maker = makers[argnum]
            vjps.append(maker(ans, *args, **kwargs) if maker else _zeros_of(args[argnum]))
        return lambda g: [vjp(g) for vjp in vjps]

    primitive_vjps[_checked(fun, "defvjp")] = vjp_argnums


def _zeros_of(value):
    return lambda g: map_leaves(lambda leaf: vspace(leaf).zeros(), value)


# Forward mode


def _define(fun, what, jvp):
    """Of a function that has its derivatives the rule is not taken: programs give those that HIPS autograd lacks."""
    if callable(fun) and _has_derivatives(fun):
        message = f"{what}: {fun.__name__} has its derivative in forward mode already, which is used instead of this rule"
        warnings.warn(message, UserWarning, stacklevel=3)
    else:
        primitive_jvps[_checked(fun, what)] = jvp


def defjvp_argnums(fun, jvpmaker):
    """Define `jvpmaker(argnums, tangents, ans, args, kwargs)` -> the tangent of the result."""
    _define(fun, "defjvp_argnums", jvpmaker)


def defjvp_argnum(fun, jvpmaker):
    """Define `jvpmaker(argnum, tangent, ans, args, kwargs)` -> what it adds to the tangent of the result."""

    def jvp_argnums(argnums, gs, ans, args, kwargs):
        return sum_outgrads([jvpmaker(argnum, g, ans, args, kwargs) for argnum, g in zip(argnums, gs, strict=True)])

    _define(fun, "defjvp_argnum", jvp_argnums)


def defjvp(fun, *jvpfuns, argnums=None):
    """Define `jvp(tangent, ans, *args, **kwargs)` for each argument: None for zeros, "same" for a function linear in it."""
    given = dict(zip(count() if argnums is None else argnums, jvpfuns, strict=False))
    for argnum, jvp in given.items():
        if jvp is not None and jvp != "same" and not callable(jvp):
            raise TypeError(f'defjvp: argument {argnum} needs a function (g, ans, *args) -> tangent, None or "same"; got {jvp!r}')

    def jvp_argnums(argnums, gs, ans, args, kwargs):
        parts = []
        for argnum, g in zip(argnums, gs, strict=True):
            jvp = given.get(argnum)
            if argnum not in given:
                raise NotImplementedError(f"JVP of {fun.__name__} wrt argnum {argnum} not defined")
            if jvp == "same":
                parts.append(fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs))
            else:
                parts.append(vspace(ans).zeros() if jvp is None else jvp(g, ans, *args, **kwargs))
        return sum_outgrads(parts)

    _define(fun, "defjvp", jvp_argnums)


def def_linear(fun):
    """Say that a function is linear in all its arguments."""
    defjvp_argnum(fun, lambda argnum, g, ans, args, kwargs: fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs))


def sum_outgrads(gradients):
    first, *others = gradients
    for other in others:
        first = vspace(first).add(first, other)
    return first

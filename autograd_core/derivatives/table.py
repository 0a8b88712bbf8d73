"""The table of derivatives: the ways to put a function into it, and what a rule is.

Every public function of NumPy, and of scipy.special (its names begin with "special."), is one of
    derivative(...)    it has rules, written in this package, one for each argument that has a gradient
    composed(...)      it is written here in terms of other functions of the table, and needs no rule
    value_only(...)    it has no derivative by nature (`argmax`, comparisons): plain NumPy in, plain NumPy out
    unsupported(...)   a TypeError at the call, naming the nearest way out
and is declared so once; and `primitive(...)` makes functions of one's own, in this package as in a user's program.

A rule takes the incoming gradient `g` and those values it names, and returns the argument's gradient; `(times, "b")`
is short for `lambda g, b: times(g, b)`:

    derivative("multiply", "a b | ḡ b | ḡ a", a=(times, "b"), b=(times, "a"), domain=(REALS, REALS))
    derivative("exp", "eˣ | ḡ out", x=lambda g, out: times(g, out), domain=(REALS,))

What it can name: any argument of the function (given or default), `out` (the result), `<argument>_shape` and
`<argument>_strides` (just these, so that the array itself need not be kept; None of what has no strides), and for an
argument that is a sequence of operands `i` (which of them). A node of the graph keeps what the rules in use name, and
nothing else.

Rules are plain NumPy: no test of a type but a fast path for `ndarray`, no argument changed in place. That is
what lets one rule serve arrays, Tensors (derivatives of derivatives) and any other array that NumPy dispatches on.
Sums over broadcast axes and casts to the operand's dtype are done by the backward pass, not by rules.

The one-line doc is the formula, then the derivative for each rule in order, divided by `|`; ḡ is the incoming
gradient, ᵀ transposes the last two axes. Drawings show it.
"""

import sys

import numpy as np

from autograd_core.derivatives.declaring import Declared, check_settings, name_of, parameters_of, underlying
from autograd_core.derivatives.entry import Entry

TABLE: dict = {}  # NumPy's function, or the Entry itself for own functions -> Entry
COMPOSED: dict = {}  # NumPy's function -> the function written here
VALUE_ONLY: set = set()  # NumPy's functions
UNSUPPORTED: dict = {}  # NumPy's function -> what to use instead
# Families loaded when the module is first used
LATE = {"numpy.fft": "autograd_core.derivatives.spectral", "scipy.special": "autograd_core.derivatives.special"}


def resolve(path):
    """The function of that name, NumPy's ("linalg.inv") or SciPy's ("special.erf"); None if the installed version has none."""
    value = sys.modules.get("scipy") if path.startswith("special.") else np
    for part in path.split("."):
        value = getattr(value, part, None)
    wrapped = getattr(value, "__wrapped__", None)  # SciPy's ufuncs have functions around them if SCIPY_ARRAY_API=1 is set
    return wrapped if isinstance(wrapped, np.ufunc) else value


def derivative(
    path, doc, *, forward=None, name=None, parameters=None, sequence=None, outputs=None, domain=None, kinks=(), root=None, **rules
):
    """Put the function `path` into the table, with one rule for each argument that has a gradient.

    name    what messages and drawings call it, if that is not the path
    """
    function = resolve(path)
    if function is None:
        return
    if parameters is not None:
        parameters = tuple(parameters.split())
    elif isinstance(function, np.ufunc):
        parameters = ("x",) if function.nin == 1 else ("a", "b")
    declared(function, path)
    TABLE[function] = Entry(
        name or path, function, forward or function, rules,
        doc=doc, parameters=parameters, sequence=sequence, outputs=outputs, domain=domain, kinks=kinks, root=root,
    )  # fmt: skip


def primitive(
    doc="", *, name=None, sequence=None, outputs=None, domain=None, kinks=(), kept=None, once=False, jvp=None, **rules
):  # fmt: skip
    """Make a differentiable function out of one on arrays, from its derivatives.

    Used as a decorator, of a function or a method. For each argument that has a gradient, a rule of that name takes the incoming
    gradient `g` and whatever else it names (arguments, `out`, `<argument>_shape`) and returns the argument's gradient. Rules
    written with operators and NumPy functions have derivatives themselves, so every order works: in a pass that is
    itself recorded (create_graph=True, grad of grad, jvp, hvp) `g` and the saved values come as Tensors. A rule that
    leaves NumPy (`x.numpy()`, a solver, another library) would then return a constant, whose derivative is silently 0;
    say once=True for it. The rule of `*rest` takes `i`, the number of the value, as well, and `rest`, the tuple of all.

    doc       one line for drawings: the formula, then the derivative by each argument, divided by `|`
    name      what messages and drawings call it, if that is not the function's own name
    sequence  the argument that is a list of operands; its rule takes `i`, the number of the operand, as well
    outputs   how many results the function returns, in a tuple. `g` then is a tuple too, with zeros for what is not used
    once      the derivative cannot be differentiated: rules always get plain arrays, `g` writeable and contiguous, and a pass
              through the derivative raises GraphError
    jvp       with once=True: the forward rule, from the tangent `t` of the argument and whatever else it names to the change of
              the result (a tuple if there are several); for several arguments a dict of rules, whose results add up. For `jvp`,
              and for `jacobian` by columns
    kept      {name: function of arguments}: by-products that the function returns after its result, in a tuple, for rules to
              name. In a pass that is itself recorded they are computed again, by the function given here
    domain    of an elementwise function, an open interval for each argument, inside which it is smooth: an attribute, for tests
    kinks     points in there at which it is not

    An argument without a rule, or with None, is a constant.

    >>> import numpy as np
    >>> from autograd_core import grad, primitive
    >>> @primitive(x=lambda g, out: g * (1 - out**2))
    ... def my_tanh(x):
    ...     return np.tanh(x)
    >>> round(float(grad(grad(my_tanh))(0.5)), 6)
    -0.726862
    """
    if callable(doc):
        first = next(iter(parameters_of(doc)), "x")
        raise TypeError(f"primitive needs the derivatives: @primitive({first}=lambda g, out: …), not @primitive")
    check_settings(
        {
            "doc": doc,
            "name": name,
            "sequence": sequence,
            "outputs": outputs,
            "kinks": kinks,
            "domain": domain,
            "kept": kept,
            "once": once,
        }
    )

    def make(forward):
        given = Declared(forward, rules, sequence, kept, once, jvp)
        entry = Entry(
            name or name_of(given.function), None, given.forward, given.rules,
            doc=doc, sequence=given.sequence, outputs=outputs, domain=domain, kinks=kinks, kept=kept, once=once,
        )  # fmt: skip
        entry.__doc__, entry.__wrapped__ = getattr(underlying(given.function), "__doc__", None), given.function
        entry.pack, entry.jvp, entry.fills = given.pack, given.jvp, outputs is not None
        entry.method = None if given.static else False
        entry.objects = not given.ours
        if given.ours:
            TABLE[entry] = entry  # a user's goes with the last name for it
        return entry

    return make


def composed(*paths):
    """Say that NumPy's functions `paths` are computed by the decorated one, which is made of functions of the table."""

    def put(function):
        for path in paths:
            original = resolve(path)
            if original is not None:
                declared(original, path)
                COMPOSED[original] = function
        return function

    return put


def value_only(paths):
    """Put functions without a derivative by nature into the table: they work on the value and return plain NumPy."""
    for function, path in resolved(paths).items():
        declared(function, path)
        VALUE_ONLY.add(function)


def unsupported(hints):
    """Put functions that raise on a Tensor in a graph into the table, from {names: what to use instead}."""
    for paths, hint in hints.items():
        for function, path in resolved(paths).items():
            declared(function, path)
            UNSUPPORTED[function] = hint


def resolved(paths):
    """{function: name} of those of the names that the installed NumPy has; `bitwise_not` and `invert` are one function."""
    return {function: path for path in paths.split() if (function := resolve(path)) is not None}


def declared(function, path):
    """Raise if a function is in the table already: one of the two would be lost."""
    if is_declared(function):
        raise ValueError(f"{path} is in the table of derivatives already")


def is_declared(function):
    """Whether the table knows a function, as whatever."""
    return function in TABLE or function in COMPOSED or function in VALUE_ONLY or function in UNSUPPORTED

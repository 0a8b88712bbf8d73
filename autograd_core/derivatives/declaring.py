"""What a user hands to `primitive`: checked, and brought into the form in which the table has it."""

import functools
import inspect
import types

import numpy as np

SHOWN = 60  # characters of a value in a message


def name_of(function):
    """What messages call a function: of a `functools.partial` what it calls, of another object its class."""
    return getattr(underlying(function), "__name__", None) or type(function).__name__


def underlying(function):
    while isinstance(function, functools.partial):
        function = function.func
    return function


def checked_function(forward):
    """The function under a decorator, without the `staticmethod` around it."""
    if isinstance(forward, staticmethod):
        return forward.__func__
    if isinstance(forward, classmethod):
        raise TypeError("primitive: a classmethod cannot be called yet; write @classmethod above @primitive(…)")
    if not callable(forward):
        raise TypeError(f"primitive: it must decorate a function, got {type(forward).__name__}")
    return forward


# NumPy's functions in C tell their signature from NumPy 2.4 on only.
IN_C = {
    "concatenate": lambda arrays, /, axis=0, out=None, *, dtype=None, casting="same_kind": None,
    "dot": lambda a, b, out=None: None,
    "inner": lambda a, b, /: None,
    "vdot": lambda a, b, /: None,
    "where": lambda condition, x=None, y=None, /: None,
    "bincount": lambda x, /, weights=None, minlength=0: None,
    "copyto": lambda dst, src, casting="same_kind", where=True: None,
    "putmask": lambda a, /, mask, values: None,
}


def signature(function):
    """`inspect.signature`, for NumPy's functions in C too."""
    try:
        return inspect.signature(function)
    except ValueError:
        if getattr(function, "__name__", None) not in IN_C:
            raise
        return inspect.signature(IN_C[function.__name__])


def parameters_of(forward):
    """{name: inspect.Parameter} of a function."""
    try:
        return signature(forward).parameters
    except (ValueError, TypeError):
        name = name_of(forward)
        raise TypeError(
            f"primitive: {name} does not tell its arguments; write a function around it: def {name}_(x): return {name}(x)"
        ) from None


def rest_of(function):
    """The name of its `*rest`, or None. Of a plain function by its code, since a signature takes 50 µs."""
    if type(function) is types.FunctionType and not function.__dict__:
        code = function.__code__
        return code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & inspect.CO_VARARGS else None
    return next((name for name, p in parameters_of(function).items() if p.kind is p.VAR_POSITIONAL), None)


def check_settings(settings):
    """Raise for a setting of `primitive` that is none: most likely the rule of an argument of that name."""
    kinds = {"doc": str, "name": str, "sequence": str, "outputs": int, "once": bool, "kept": dict}
    for name, value in settings.items():
        kind = kinds.get(name, object)
        if inspect.isfunction(value) or not isinstance(value, (kind, type(None))) or (kind is int and isinstance(value, bool)):
            what = "; a rule for an argument of that name is not possible, rename the argument" if callable(value) else ""
            expected = kinds[name].__name__ if name in kinds else "no function"
            raise TypeError(f"primitive: {name} must be {expected}, got {value!s:.{SHOWN}}{what}")
    if settings["outputs"] is not None and settings["outputs"] < 1:
        raise ValueError(f"primitive: outputs must be 1, 2, … or None, got {settings['outputs']}")


class Declared:
    """A function with its rules, as `Entry` takes them.

    function   the user's, without the `staticmethod` around it (`static`); `ours` if it is one of this package
    forward    the same, with one argument for `*rest`, which `pack` makes of a call, and a check of what is `kept`
    sequence   the argument that is a sequence of operands
    """

    def __init__(self, forward, rules, sequence, kept, once, jvp):
        self.static, self.function = isinstance(forward, staticmethod), checked_function(forward)
        self.ours = (getattr(self.function, "__module__", None) or "").partition(".")[0] == __name__.partition(".")[0]
        star = rest_of(self.function)
        self.sequence = star if star in rules else sequence
        self.rules, self.jvp, self.forward, self.pack = rules, None, self.function, None
        if not self.ours:
            self._check(parameters_of(self.function), star, kept, once, jvp)

    def _check(self, parameters, star, kept, once, jvp):
        names = [name for name, p in parameters.items() if p.kind is not p.VAR_KEYWORD]
        askable = Askable(f"{name_of(self.function)}({', '.join(parameters)})", names, self.sequence, kept)
        if self.sequence is not None and self.sequence not in self.rules:
            sequence = self.sequence
            raise TypeError(f"primitive: sequence={sequence!r} needs a rule of that name: {sequence}=lambda g, i, …: …")
        self.rules = checked_rules("rule", self.rules, askable)
        self.jvp = _forward_rules(jvp, once, self.rules, askable)
        if star is not None:
            self.forward, self.pack = packing(self.function, parameters, star)
        if kept:
            self.forward = with_kept(self.forward, kept, askable)


class Askable:
    """What the rules of a function can ask for beside the gradient."""

    def __init__(self, call, names, sequence, kept):
        self.call, self.names = call, names
        self.others = {"out", *names, *(kept or ()), *(["i"] if sequence else [])}

    def __contains__(self, name):
        base = name.removesuffix("_shape").removesuffix("_strides")
        return name in self.others or base in self.names

    def __str__(self):
        return f"out, {', '.join(self.names)}, or one of these with _shape or _strides"


def checked_rules(what, rules, askable):
    """The rules of a function, each as the table has it."""
    for argument in rules:
        if argument not in askable.names:
            raise TypeError(f"primitive: {askable.call} has no argument {argument!r} for the {what} of that name")
    return {argument: _checked_rule(rule, f"the {what} of {argument}", askable) for argument, rule in rules.items()}


def _checked_rule(rule, what, askable):
    if rule is None or isinstance(rule, tuple):
        return rule
    if not callable(rule):
        raise TypeError(f"primitive: {what} must be a function, got {rule!s:.{SHOWN}}; write lambda g, …: …")
    in_python = hasattr(underlying(rule), "__code__")
    try:
        parameters = list(inspect.signature(rule).parameters.values())
    except ValueError:
        raise TypeError(f"primitive: {what}, {name_of(rule)}, does not tell its arguments; write lambda g, …: …") from None
    if not parameters or parameters[0].kind not in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD):
        raise TypeError(f"primitive: {what} must take the gradient first: lambda g, …: …")
    asked, plain = [], in_python
    for p in parameters[1:]:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            raise TypeError(f"primitive: {what} must name what it asks for, got {p}")
        if p.default is not p.empty and not (in_python and p.name in askable):
            plain = False  # a default of its own: lambda g, factor=2: …
            continue
        if p.name not in askable:
            raise TypeError(f"primitive: {what} asks for {p.name!r}; it can have {askable}")
        plain = plain and p.kind is not p.KEYWORD_ONLY
        asked.append(p.name)
    if plain:
        return rule
    return (lambda g, *values: rule(g, **dict(zip(asked, values, strict=True))), *asked)


def _forward_rules(jvp, once, rules, askable):
    """The rules of forward mode, one for each argument that has a gradient; None if there are none."""
    if jvp is None:
        return None
    needed = [argument for argument, rule in rules.items() if rule is not None]
    if not once:
        raise TypeError("primitive: jvp= is for rules with once=True; without that, forward mode follows from the rules")
    if not isinstance(jvp, dict) and len(needed) == 1:
        jvp = {needed[0]: jvp}
    if not isinstance(jvp, dict) or set(jvp) != set(needed):
        raise TypeError(
            f"primitive: jvp must be a dict of a forward rule for each of {', '.join(needed)}: {{name: lambda t, …: …}}"
        )
    return checked_rules("forward rule", jvp, askable)


# `*rest`: one argument that is a tuple, for the table


def packing(forward, parameters, star):
    """The function with `rest` for `*rest`, and the function (args, kwargs) -> those of a call of it."""
    count = list(parameters).index(star)

    def pack(args, kwargs):
        if len(args) < count:
            return args, {**kwargs, star: ()}
        return (*args[:count], args[count:]), kwargs

    def packed(*args, **kwargs):
        rest = args[count] if len(args) > count else kwargs.pop(star)
        return forward(*args[:count], *rest, **kwargs)

    optional = any(p.default is not p.empty for p in list(parameters.values())[:count])
    parameter = inspect.Parameter(
        star, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=() if optional else inspect.Parameter.empty
    )
    packed.__signature__ = inspect.Signature([parameter if name == star else p for name, p in parameters.items()])
    packed.__module__, packed.__name__ = getattr(forward, "__module__", None), name_of(forward)
    packed.__doc__ = getattr(forward, "__doc__", None)
    return packed, pack


def with_kept(forward, kept, askable):
    """The function, with a check that it returns what `kept` names after its result."""
    for name, function in kept.items():
        asked = inspect.signature(function).parameters if hasattr(function, "__code__") else {"…"}
        if not set(asked) <= set(askable.names):
            write = f"write {name}=lambda {', '.join(askable.names)}: …"
            raise TypeError(f"primitive: kept[{name!r}] must be a function of arguments of {askable.call}; {write}")

    @functools.wraps(forward)
    def checked(*args, **kwargs):
        out = forward(*args, **kwargs)
        if not isinstance(out, tuple) or len(out) != 1 + len(kept):
            got = f"a tuple of {len(out)}" if isinstance(out, tuple) else type(out).__name__
            raise TypeError(f"{name_of(forward)}: with kept= the function must return (result, {', '.join(kept)}), got {got}")
        return out

    return checked


# Around rules


class Gradients(tuple):
    """The gradients of several results, as a rule of `primitive` gets them. NumPy would take them for one array, and sums over
    its first axis would make the shape right again: so it is refused to compute with all of them at once."""

    __slots__ = ()

    def _refused(self, *_, **__):
        names = ", ".join(f"g[{i}]" for i in range(len(self)))
        raise TypeError(f"g is the tuple of the gradients of {len(self)} results: compute with {names} in the rule")

    __array__ = __array_ufunc__ = __array_function__ = __neg__ = __pow__ = _refused
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = (
        _refused
    )


def filled(g, specs):
    """The gradients of several outputs, with zeros for those that nothing depends on."""
    return Gradients([np.zeros(*spec)[()] if part is None else part for part, spec in zip(g, specs, strict=True)])


def specs_of(out):
    """(shape, dtype) of the gradient of each output."""
    pairs = [(np.shape(part), getattr(part, "dtype", np.dtype(float))) for part in out]
    return tuple([(shape, dtype if dtype.kind in "fc" else np.dtype(float)) for shape, dtype in pairs])


def private(g):
    """A gradient that nobody else sees: writeable, in C's order, as compiled code wants it."""
    if isinstance(g, tuple):
        return type(g)([private(part) for part in g])
    return np.array(g, order="C") if type(g) is np.ndarray else g

"""The table of derivatives: what an entry is, and the ways to put a function into the table.

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

import inspect
import sys
import types

import numpy as np

from autograd_core.derivatives.declaring import (
    Declared,
    check_settings,
    filled,
    name_of,
    parameters_of,
    private,
    signature,
    specs_of,
    underlying,
)
from autograd_core.derivatives.stamps import SCALARS, stamper

TABLE: dict = {}  # NumPy's function, or the Entry itself for own functions -> Entry
COMPOSED: dict = {}  # NumPy's function -> the function written here
VALUE_ONLY: set = set()  # NumPy's functions
UNSUPPORTED: dict = {}  # NumPy's function -> what to use instead
SPECS = "the shapes and dtypes of all outputs"  # among what is saved; no rule can ask for it

# Types that are surely no Tensor
PLAIN = SCALARS | {np.ndarray}


def same(g, _saved=()):
    """The rule of what passes its gradient on as it is. The backward pass knows it, and saves the call."""
    return g


class KinkWarning(UserWarning):
    """A derivative beyond the first that goes exactly through a kink, such as that of |x| at 0, and is not known there."""


class Root:
    """What a function says that has a kink at every result of 0, as |x|, norms and √ have: there its square is smooth.

    at      where the result is 0, from what the rules ask for
    rules   for each argument the derivative of the square; it may return None where the square has a kink there too
    degree  where the operand is a power of the result, the function of what is saved -> which: 2 for √

    Second derivatives need it (see `kinks` in the engine), and powers of a root.
    """

    __slots__ = ("at", "degree", "rules")

    def __init__(self, at, degree=None, **rules):
        self.at, self.degree, self.rules = at, degree, rules


class Entry:
    # One differentiable function: how to compute it, its rules, its doc, and where it is smooth.
    #
    # name       what messages and drawings call it; `__name__` is the function's own name. They differ where an own function
    #            stands behind one of NumPy's: `joined` is shown as "concatenate"
    # function   NumPy's function, or the Entry itself for an own one
    # forward    what computes it: NumPy's function, or a cheaper call with the same arguments
    # rules      {argument: rule}, in the order of the arguments
    # sequence   the argument that is a sequence of operands (`concatenate`), or None
    # outputs    how many outputs, or None for one that is not in a tuple
    # domain     for elementwise functions: an open interval for each operand, inside which it is smooth but for `kinks`
    # kept       {name: function of arguments}: by-products that `forward` returns behind its result, for the rules to name;
    #            where a pass is itself recorded, the function computes them again from the arguments
    # once       whether its rules work on plain arrays only, so that its derivative has none; they get gradients of their own
    # jvp        for these: {argument: rule (tangent, …) -> its part of the change of the result}, or None
    # fills      whether rules get zeros, and not None, for outputs that nothing depends on
    # pack       (args, kwargs) of a call with `*rest` -> those for `forward`, which takes a tuple; None if there is no `*rest`
    # objects    whether arguments may be any objects, as those of a user's function; else what stands for an array becomes one
    # method     whether it was defined in a class, and is to be called on its instances; None if it never is (a staticmethod)
    # root       a `Root`, where it has a kink at every result of 0
    # (As a comment, so that `help(sigmoid)` can show the function's own docstring.)

    __slots__ = (
        "__doc__", "__name__", "__weakref__", "__wrapped__", "_defaults", "_parameters", "_patterns", "_positions",
        "direct", "doc", "domain", "fills", "forward", "function", "jvp", "kept", "kinks", "masked", "method", "name", "objects",
        "once", "only", "outputs", "pack", "root", "rules", "sequence", "simple",
    )  # fmt: skip

    def __init__(
        self, name, function, forward, rules,
        *, doc="", parameters=None, sequence=None, outputs=None, domain=None, kinks=(), kept=None, once=False, root=None,
    ):  # fmt: skip
        self.name, self.forward, self.rules, self.doc = name, forward, rules, doc
        self.__name__ = getattr(forward, "__name__", name) if function is None else name
        self.__doc__, self.__wrapped__ = getattr(forward, "__doc__", None), forward
        self.function = self if function is None else function
        self.sequence, self.outputs, self.domain, self.kinks = sequence, outputs, domain, kinks
        self._parameters, self._positions, self._defaults = parameters, None, None
        self._patterns, self.masked, self.only, self.kept, self.once = {}, {}, None, kept, once
        self.jvp, self.fills, self.pack, self.method, self.objects = None, False, None, False, False
        self.root = root
        self.direct = sequence is None and outputs is None  # arrays in, one array out
        self.simple = (
            self.direct and len(rules) == 1 and None not in rules.values() and self._first() in rules
        )  # … and one operand

    def _first(self):
        """The name of the first argument; of what is no Python function None, or that of the only rule if it is NumPy's.

        The signature would tell, and take 20 µs.
        """
        if self._parameters:
            return self._parameters[0]
        if self.function is not self:
            return next(iter(self.rules))
        code = getattr(inspect.unwrap(self.forward), "__code__", None)
        return code.co_varnames[0] if code is not None and code.co_varnames else None

    def __repr__(self):
        return f"<{self.name}: {self.doc}>"

    def __call__(self, *args, **kwargs):
        """Call an own function: an operand with `__autograd_function__` (a Tensor) handles the call; else it just runs."""
        operands = (*args, *kwargs.values()) if kwargs else args
        if self.pack is not None:
            args, kwargs = self.pack(args, kwargs)
        if self.sequence is not None:
            operands = [*operands, *dict(self.operands(args, kwargs))[self.sequence]]
        for operand in operands:
            kind = type(operand)
            handler = None if kind in PLAIN else getattr(kind, "__autograd_function__", None)
            if handler is not None:
                return handler(operand, self, args, kwargs)
        out = self.forward(*args, **kwargs)
        return out[0] if self.kept else out

    def __set_name__(self, owner, name):
        """Notice `@primitive` in a class; not so `activation = relu`, where a class only takes a function of the table."""
        self.method = (
            self.method is not None and getattr(self.__wrapped__, "__qualname__", None) == f"{owner.__qualname__}.{name}"
        )

    def __get__(self, instance, owner=None):
        of_class = instance is owner  # so asks a classmethod, up to Python 3.12
        return types.MethodType(self, instance) if instance is not None and (self.method or of_class) else self

    @property
    def parameters(self):
        """The names of the arguments, in order. Read from the signature on first use: that takes 20 µs."""
        if self._defaults is None:
            self._read_signature()
        return self._parameters

    def _read_signature(self):
        source = self.forward if self.function is self else self.function
        if self._parameters is None:
            self._parameters = tuple(p.name for p in signature(source).parameters.values() if p.kind is not p.VAR_KEYWORD)
        found = {} if isinstance(source, np.ufunc) else signature(source).parameters
        defaults = [found[name].default if name in found else None for name in self._parameters]
        self._positions = {name: i for i, name in enumerate(self._parameters)}
        self._defaults = tuple(None if default is inspect.Parameter.empty else default for default in defaults)

    def bind(self, args, kwargs):
        """The values of all arguments in the signature's order, defaults filled in, for a call that NumPy has accepted."""
        if self._defaults is None:
            self._read_signature()
        values = args + self._defaults[len(args) :]
        if kwargs:
            values = list(values)
            for name, value in kwargs.items():
                if name in self._positions:
                    values[self._positions[name]] = value
        return values

    def operands(self, args, kwargs):
        """What a call gives for each argument that has a rule: [(name, value), …]."""
        if self._defaults is None:
            self._read_signature()
        positions, given = self._positions, len(args)
        return [(name, args[i] if (i := positions[name]) < given else kwargs.get(name)) for name in self.rules]

    def place(self, name):
        """Where something that a rule asks for stands among the arguments; what is none of them comes behind."""
        parameters = self.parameters
        return parameters.index(name) if name in parameters else len(parameters)

    def default(self, name):
        """The default value of an argument, None if it has none."""
        return self._defaults[self.parameters.index(name)]

    def takes_it_first(self):
        """Of an entry with one operand, whether that is its first argument; if not, it is no longer called simple."""
        self.simple = self.parameters[0] == next(iter(self.rules))
        return self.simple

    def first_alone(self):
        """The pattern of the first operand alone, kept as `only`."""
        self.only = self.pattern((next(iter(self.rules)),))
        return self.only

    def pattern_of(self, mask):
        """The pattern for the operands whose bits are set, by position; None if there are none, or one has no rule."""
        names = [name for i, name in enumerate(self.parameters) if mask >> i & 1]
        if not names or any(self.rules.get(name) is None for name in names):
            return None
        found = self.masked[mask] = self.pattern(tuple(names))
        return found

    def pattern(self, keys):
        """What to save and which rules to run when just the operands `keys` are part of the graph."""
        found = self._patterns.get(keys)
        if found is None:
            found = Pattern(self, keys)
            if len(keys) < 100:  # of a long list each length would be one more to keep
                self._patterns[keys] = found
        return found


class Pattern:
    """An entry together with those of its operands that are part of the graph; made once for each combination.

    keys    for each such operand its parameter's name, or (name, position) in a sequence
    saves   the names of what the rules of these operands ask for
    pick    function (values of all arguments, out) -> what they ask for, as a tuple: what a node saves
    simply  0, 1, 2 or 3 where that is just nothing, the first value, the second, or both
    pulls   for each operand a function (g, saved) -> its gradient
    pushes  for each operand a function (tangent, saved) -> its part of the change of the result, if the entry has `jvp`
    constants   ((position in `saves`, operands among its parts), …) of the arguments there that are no such operand
    stamp   function (saved) -> what tells whether these constants are changed, or None; None where there are none
    """

    __slots__ = ("_root", "constants", "entry", "keys", "pick", "pulls", "pushes", "saves", "simply", "stamp")

    def __init__(self, entry, keys):
        self.entry, self.keys, self._root = entry, keys, None
        rules = {name: entry.rules[name] for name in dict.fromkeys(key if type(key) is str else key[0] for key in keys)}
        asked = {name: rule_arguments(rule) for name, rule in rules.items()}
        forward = {name: entry.jvp[name] for name in rules} if entry.jvp else {}
        also = {name: rule_arguments(rule) for name, rule in forward.items()}
        saves = [name for names in (*asked.values(), *also.values()) for name in names if name != "i"]
        if entry.fills:
            saves.append(SPECS)
        if entry.kept:  # also what it takes to compute them again
            saves += [argument for name in saves if name in entry.kept for argument in signature(entry.kept[name]).parameters]
        self.saves = tuple(sorted(dict.fromkeys(saves), key=entry.place))
        where = {name: position for position, name in enumerate(entry.parameters)}
        parts = [_saving(entry, name, where, keys) for name in self.saves]
        self.pick = _compiled("values, out", parts, "({},)" if parts else "()")
        self.simply = {"": 0, "values[0]": 1, "values[1]": 2, "values[0], values[1]": 3}.get(", ".join(parts))
        recorded = {key[1] for key in keys if type(key) is tuple}
        self.constants = tuple(
            [
                (i, recorded if name == entry.sequence else ())
                for i, name in enumerate(self.saves)
                if name in where and name not in keys and type(entry.default(name)) not in (bool, str)
            ]
        )
        self.stamp = stamper(self.constants)
        g = f"filled(g, saved[{self.saves.index(SPECS)}])" if entry.fills else "g"
        g = f"private({g})" if entry.once else g
        self.pulls = self._each({name: self._maker(rules[name], names, g) for name, names in asked.items()})
        self.pushes = self._each({name: self._maker(forward[name], names, "private(g)") for name, names in also.items()})

    def _each(self, makers):
        return tuple([makers[key](None) if type(key) is str else makers[key[0]](key[1]) for key in self.keys] if makers else [])

    def _maker(self, rule, names, g):
        """The function i -> (function (g, saved) -> gradient). Compiled once for all operands of a sequence: it takes 15 µs."""
        if rule is same:
            return lambda i: same
        rule = rule[0] if type(rule) is tuple else rule
        parts = [g, *self._saved(names)]
        return _compiled("i", parts, "lambda g, saved: rule({})", rule=rule, filled=filled, private=private)

    def _saved(self, names):
        return ["i" if name == "i" else f"saved[{self.saves.index(name)}]" for name in names]

    def root(self):
        """Of an entry with a `Root`: it as functions of what is saved (`rules` in the order of the operands).

        None where these rules do not save what it asks for: the derivative of xᵇ by b alone.
        """
        root = self.entry.root
        if root is None or not set(inspect.signature(root.at).parameters) <= set(self.saves):
            return None
        if self._root is None:
            at, degree = (
                rule and _compiled("saved", self._saved(inspect.signature(rule).parameters), "rule({})", rule=rule)
                for rule in (root.at, root.degree)
            )
            rules = [root.rules[key] for key in self.keys]
            self._root = Root(at, degree)
            self._root.rules = [self._maker(rule, rule_arguments(rule), "g")(None) for rule in rules]
        return self._root


def rule_arguments(rule):
    """What a rule asks for beside the gradient: `lambda g, out, x: …` and `(function, "out", "x")` -> ("out", "x")."""
    if rule is same:
        return ()
    return rule[1:] if type(rule) is tuple else tuple(inspect.signature(rule).parameters)[1:]


def _saving(entry, name, where, keys):
    """The expression, in terms of `values` and `out`, for something that a rule asks for."""
    if name == "out":
        return "out[0]" if entry.kept else "out"
    if name == SPECS:
        return "specs_of(out)"
    if name in (entry.kept or ()):
        return f"out[{1 + list(entry.kept).index(name)}]"
    if name in where:
        return f"values[{where[name]}]"
    base = name.removesuffix("_shape").removesuffix("_strides")
    if base == name or base not in where:
        known = f"it can have out, {', '.join(where)}, or one of these with _shape or _strides"
        raise TypeError(f"a rule of {entry.name} asks for {name!r}; {known}")
    value = f"values[{where[base]}]"
    if name.endswith("_strides"):
        return f"getattr({value}, 'strides', None)"
    if base == entry.sequence:
        return f"tuple([shape(value) for value in {value}])"
    return f"{value}.shape" if base in keys else f"shape({value})"


def _compiled(arguments, parts, template, **names):
    """A function of one expression. Written out it takes 30 ns a call; looping over what to pick took 300."""
    return eval(f"lambda {arguments}: {template.format(', '.join(parts))}", {"shape": np.shape, "specs_of": specs_of, **names})


def resolve(path):
    """The function of that name, NumPy's ("linalg.inv") or SciPy's ("special.erf"); None if the installed version has none."""
    found = sys.modules.get("scipy") if path.startswith("special.") else np
    for part in path.split("."):
        found = getattr(found, part, None)
    wrapped = getattr(found, "__wrapped__", None)  # SciPy's ufuncs have functions around them if SCIPY_ARRAY_API=1 is set
    return wrapped if isinstance(wrapped, np.ufunc) else found


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
    kept      {name: function of arguments}: by-products that the function returns behind its result, in a tuple, for rules to
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

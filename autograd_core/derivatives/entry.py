"""One differentiable function: how to compute it, its rules, and which of them a graph needs (see `table` for what a rule is)."""

import functools
import inspect
import types

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.declaring import filled, private, signature, specs_of
from autograd_core.derivatives.kinds import handed_out, is_foreign, taken_in
from autograd_core.derivatives.stamps import FIXED, SCALARS, stamper

SPECS = "the shapes and dtypes of all outputs"  # among what is saved; no rule can ask for it

# Types that are surely no Tensor
PLAIN = SCALARS | {ndarray}
STATIC = PLAIN | FIXED - {bytes, range}
MANY = 100  # combinations of types, of which a user may make any number


def deeply(function, tree):
    """A function of everything in tuples, lists and dicts."""
    if isinstance(tree, (list, tuple)):
        parts = [deeply(function, part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return {key: deeply(function, part) for key, part in tree.items()} if type(tree) is dict else function(tree)


def same(g, _saved=()):
    """The rule of what passes its gradient on as it is. The backward pass knows it, and saves the call."""
    return g


class KinkWarning(UserWarning):
    """A derivative beyond the first that goes exactly through a kink, such as that of |x| at 0, and is not known there.

    >>> import warnings
    >>> import numpy as np
    >>> from autograd_core import grad
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     _ = grad(grad(np.abs))(0.0)
    >>> [warning.category.__name__ for warning in caught]
    ['KinkWarning']
    """


class Root:
    """What a function says that has a kink at every result of 0, as |x|, norms and √ have: there its square is smooth.

    at      where the result is 0, from what the rules ask for
    rules   for each argument the derivative of the square; it may return None where the square has a kink there too
    degree  where the operand is a power of the result, the function of what is saved -> which: 2 for √
    only    the function of what is saved -> whether it is a root at all; None if it always is

    Second derivatives need it (see `kinks` in the engine), and powers of a root.
    """

    __slots__ = ("at", "degree", "only", "rules")

    def __init__(self, at, degree=None, only=None, **rules):
        self.at, self.degree, self.only, self.rules = at, degree, only, rules


class Entry:
    # One differentiable function: how to compute it, its rules, its doc, and where it is smooth.
    #
    # name       what messages and drawings call it; `__name__` is the function's own name. They differ where an own function
    #            implements one of NumPy's: `joined` is shown as "concatenate"
    # function   NumPy's function, or the Entry itself for an own one
    # forward    what computes it: NumPy's function, or a cheaper call with the same arguments
    # rules      {argument: rule}, in the order of the arguments
    # sequence   the argument that is a sequence of operands (`concatenate`), or None
    # outputs    how many outputs, or None for one that is not in a tuple
    # domain     for elementwise functions: an open interval for each operand, inside which it is smooth but for `kinks`
    # kept       {name: function of arguments}: by-products that `forward` returns after its result, for the rules to name;
    #            where a pass is itself recorded, the function computes them again from the arguments
    # once       whether its rules work on plain arrays only, so that its derivative has none; they get gradients of their own
    # jvp        for these: {argument: rule (tangent, …) -> its part of the change of the result}, or None
    # fills      whether rules get zeros, and not None, for outputs that nothing depends on
    # pack       (args, kwargs) of a call with `*rest` -> those for `forward`, which takes a tuple; None if there is no `*rest`
    # objects    whether arguments may be any objects, as those of a user's function; else what stands for an array becomes one
    # method     whether it was defined in a class, and is to be called on its instances; None if it never is (a staticmethod)
    # root       a `Root`, where it has a kink at every result of 0
    # by_root    whether its result is a root of its operand, or a power of a root: see `graph.roots`
    # known      {types of the arguments of a call without names: the function of these arguments that does all of it}
    # recorders  the same for those that are Tensors of whatever class, and handle the call: see `graph.apply`
    # (As a comment, so that `help(sigmoid)` can show the function's own docstring.)

    __slots__ = (
        "__doc__", "__name__", "__weakref__", "__wrapped__", "_defaults", "_parameters", "_patterns", "_positions", "by_root",
        "direct", "doc", "domain", "fills", "forward", "function", "jvp", "kept", "kinks", "known", "masked", "method", "name",
        "objects", "once", "only", "outputs", "pack", "recorders", "root", "rules", "sequence", "simple",
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
        self.known, self.recorders = {}, {}
        self.root, self.by_root = root, root is not None and root.degree is not None
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
        if not kwargs and (run := self.known.get((*map(type, args),))) is not None:  # not tuple(map(…)), which fills a free list
            return run(*args)
        operands, foreign = (*args, *kwargs.values()) if kwargs else args, False
        if self.pack is not None:
            args, kwargs = self.pack(args, kwargs)
        if self.sequence is not None:
            operands = [*dict(self.operands(args, kwargs))[self.sequence], *operands]
        for operand in operands:
            kind = type(operand)
            if kind not in PLAIN:
                handler = getattr(kind, "__autograd_function__", None)
                if handler is not None:
                    return handler(operand, self, args, kwargs)
                foreign = foreign or is_foreign(kind)
        if foreign:
            args, kwargs = deeply(taken_in, args), deeply(taken_in, kwargs)
        elif not kwargs and self.direct and self.pack is None:
            self._know((*map(type, args),))
        out = self.forward(*args, **kwargs)
        out = out[0] if self.kept else out
        return deeply(handed_out, out) if foreign else out

    def _know(self, types):
        """Note that for arguments of these types, if they are surely plain, there is nothing to ask."""
        if STATIC.issuperset(types) and len(self.known) < MANY:
            self.known[types] = (lambda *args: self.forward(*args)[0]) if self.kept else self.forward

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
        named = {} if isinstance(source, np.ufunc) else signature(source).parameters
        defaults = [named[name].default if name in named else None for name in self._parameters]
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
        """Where something that a rule asks for stands among the arguments; anything else comes last."""
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
        pattern = self.masked[mask] = self.pattern(tuple(names))
        return pattern

    def pattern(self, keys):
        """What to save and which rules to run when just the operands `keys` are part of the graph."""
        pattern = self._patterns.get(keys)
        if pattern is None:
            pattern = Pattern(self, keys)
            if len(keys) < 100:  # of a long list each length would be one more to keep
                self._patterns[keys] = pattern
        return pattern


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
    by_root   that of the entry; then is_root(saved) says it of one node
    transposes  what forward mode has made of the rules, for each combination of shapes, or None (see `graph.transposes`)
    """

    __slots__ = (
        "_root", "by_root", "constants", "entry", "is_root", "keys", "pick", "pulls", "pushes", "saves", "simply", "stamp",
        "transposes",
    )  # fmt: skip

    def __init__(self, entry, keys):
        self.entry, self.keys, self._root, self.by_root = entry, keys, None, entry.by_root
        self.transposes = None
        rules = {name: entry.rules[name] for name in dict.fromkeys(key if type(key) is str else key[0] for key in keys)}
        asked = {name: rule_arguments(rule) for name, rule in rules.items()}
        forward = {name: entry.jvp[name] for name in rules} if entry.jvp else {}
        also = {name: rule_arguments(rule) for name, rule in forward.items()}
        saves = [name for names in (*asked.values(), *also.values()) for name in names if name != "i"]
        if entry.fills:
            saves.append(SPECS)
        if entry.kept:  # also what it takes to compute them again
            saves += [argument for name in saves if name in entry.kept for argument in names_of(entry.kept[name])]
        self.saves = tuple(sorted(dict.fromkeys(saves), key=entry.place))
        where = {name: position for position, name in enumerate(entry.parameters)}
        parts = [_saving(entry, name, where, keys) for name in self.saves]
        self.pick = _compiled("values, out", parts, "({},)" if parts else "()")
        self.simply = {"": 0, "values[0]": 1, "values[1]": 2, "values[0], values[1]": 3}.get(", ".join(parts))
        recorded = {key[1] for key in keys if type(key) is tuple}
        self.is_root = self._is_root() if self.by_root else None
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

    def _is_root(self):
        only = self.entry.root and self.entry.root.only
        if only is None:
            return lambda saved: True
        if not set(names_of(only)) <= set(self.saves):  # the derivative of xᵇ by b alone
            return lambda saved: False
        return _compiled("saved", self._saved(names_of(only)), "rule({})", rule=only)

    def root(self):
        """Of an entry with a `Root`: it as functions of what is saved (`rules` in the order of the operands).

        None where these rules do not save what it asks for: the derivative of xᵇ by b alone.
        """
        root = self.entry.root
        if root is None or not set(names_of(root.at)) <= set(self.saves):
            return None
        if self._root is None:
            at, degree = (
                rule and _compiled("saved", self._saved(names_of(rule)), "rule({})", rule=rule) for rule in (root.at, root.degree)
            )
            rules = [root.rules[key] for key in self.keys]
            self._root = Root(at, degree)
            self._root.rules = [self._maker(rule, rule_arguments(rule), "g")(None) for rule in rules]
        return self._root


def rule_arguments(rule):
    """What a rule asks for beside the gradient: `lambda g, out, x: …` and `(function, "out", "x")` -> ("out", "x")."""
    if rule is same:
        return ()
    return rule[1:] if type(rule) is tuple else names_of(rule)[1:]


def names_of(function):
    """The names of the arguments of a function, in order: of most without their signature, which takes 20 µs."""
    code = function.__code__ if type(function) is types.FunctionType else None
    if (
        code is None
        or function.__dict__
        or code.co_kwonlyargcount
        or code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    ):
        return tuple(signature(function).parameters)
    return code.co_varnames[: code.co_argcount]


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


def taking(count, places):
    """The function of `count` arguments -> (their values, the nodes of those at these places, which are Tensors)."""
    names = [f"x{i}" for i in range(count)]
    values = "".join([f"{name}._value, " if i in places else f"{name}, " for i, name in enumerate(names)])
    return _compiled(", ".join(names), [f"{names[i]}._node" for i in places], f"(({values}), ({{}},))")


def _compiled(arguments, parts, template, **names):
    """A function of one expression. Written out it takes 30 ns a call; looping over what to pick took 300."""
    return _factory(f"lambda {arguments}: {template.format(', '.join(parts))}", tuple(names))(*names.values())


@functools.cache
def _factory(text, names):
    """The function names -> function of that text. Few texts serve all entries, and each takes 30 µs to compile."""
    return eval(f"lambda {', '.join(names)}: {text}", {"shape": np.shape, "specs_of": specs_of})

"""One differentiable function: how to compute it, its rules, and which of them a graph needs (see `table` for what a rule is)."""

import inspect
import types

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.declaring import signature
from autograd_core.derivatives.kinds import handed_out, is_foreign, taken_in
from autograd_core.derivatives.pattern import Pattern
from autograd_core.derivatives.stamps import FIXED, SCALARS
from autograd_core.errors import DTypeError
from autograd_core.errors.arguments import is_unsuited, unsuited, unsuited_operand

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


class Entry:
    # One differentiable function: how to compute it, its rules, its doc, and where it is smooth.
    #
    # name       what messages and drawings call it; `__name__` is the function's own name. They differ if an own function
    #            implements one of NumPy's: `joined` is shown as "concatenate"
    # function   NumPy's function, or the Entry itself for an own one
    # forward    what computes it: NumPy's function, or a cheaper call with the same arguments
    # rules      {argument: rule}, in the order of the arguments
    # sequence   the argument that is a sequence of operands (`concatenate`), or None
    # outputs    how many outputs, or None for one that is not in a tuple
    # domain     for elementwise functions: an open interval for each operand, inside which it is smooth but for `kinks`
    # kept       {name: function of arguments}: by-products that `forward` returns after its result, for the rules to name;
    #            if a pass is itself recorded, the function computes them again from the arguments
    # once       whether its rules work on plain arrays only, so that its derivative has none; they get gradients of their own
    # jvp        for these: {argument: rule (tangent, …) -> its part of the change of the result}, or None
    # fills      whether rules get zeros, and not None, for outputs that nothing depends on
    # pack       (args, kwargs) of a call with `*rest` -> those for `forward`, which takes a tuple; None if there is no `*rest`
    # objects    whether arguments may be any objects, as those of a user's function; else what stands for an array becomes one
    # method     whether it was defined in a class, and is to be called on its instances; None if it never is (a staticmethod)
    # root       a `Root`, if it has a kink at every result of 0
    # by_root    whether its result is a root of its operand, or a power of a root: see `graph.roots`
    # known      {types of the arguments of a call without names: the function of the tuple of these that does all of it}
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
            return run(args)
        operands, foreign = (*args, *kwargs.values()) if kwargs else args, False
        if self.pack is not None:
            args, kwargs = self.pack(args, kwargs)
        if self.sequence is not None:
            first = args and (self._parameters or self.parameters)[0] == self.sequence
            operands = [*(args[0] if first else dict(self.operands(args, kwargs))[self.sequence]), *operands]
        for operand in operands:
            kind = type(operand)
            if kind not in PLAIN:
                handler = getattr(kind, "__autograd_function__", None)
                if handler is not None:
                    return handler(operand, self, args, kwargs)
                if not self.objects and is_unsuited(kind):
                    error = unsuited_operand(self.name, self.parameters, args, kwargs)
                    raise error or DTypeError(f"{self.name}: an operand is {unsuited(kind)}")  # of a sequence
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
            self.known[types] = (lambda args: self.forward(*args)[0]) if self.kept else lambda args: self.forward(*args)

    def __set_name__(self, owner, name):
        """Notice `@primitive` in a class; not so `activation = relu`, with which a class only takes a function of the table."""
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

    def position(self, name):
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

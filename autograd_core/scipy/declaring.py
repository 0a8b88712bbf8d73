"""How one of SciPy's functions is put into `autograd_core.scipy`: the same name, signature and values, with derivatives.

    linalg = Submodule("linalg")         # of SciPy; the files of one folder share it

    linalg.derivative("expm", "eᴬ | L(Aᵀ, ḡ)", A=lambda g, A: …)      # rules, as in `primitive`, whose keywords it takes
    @linalg.composed("coshm")                                         # made of functions with derivatives
    def coshm(A): …                                                   # names those of SciPy's arguments that it needs
    linalg.value_only("bandwidth issymmetric")                        # no derivative by nature: plain SciPy on the values
    linalg.unsupported({"null_space": "write …"})                     # an UnsupportedError that says what to write instead
    linalg.constants("hilbert pascal")                                # SciPy's own: nothing that could be a Tensor goes in

    __all__, __getattr__, __dir__ = linalg.exports()                  # at the end of the module

Every public function of the SciPy module must be in one of these classes; a test fails for one that is in none.

What all of them share is done here. A call without a Tensor is SciPy's own, to the last bit. Else the arguments are bound to
SciPy's signature, so that rules and composed functions get all of them with SciPy's defaults; lists that hold Tensors
are stacked; `overwrite_…` is taken as False, since the graph may still need the array; and where SciPy would refuse an
infinity or NaN (`check_finite`), a composed function does too.
"""

import contextlib
import functools
import importlib
import inspect

import numpy as np

from autograd_core.derivatives.table import PLAIN, primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import Variable, count_recorded, plain

CLASSES = ("derivative", "composed", "value only", "unsupported", "constants")
KINDS = inspect.Parameter
MADE: dict = {}  # path -> Submodule


class Submodule:
    """Those of SciPy's functions of one module that are known here: {name: function}, and the class of each.

    `path` is the module's name without "scipy.": "linalg", "sparse.linalg". One that is asked for again is the same.
    """

    def __new__(cls, path):
        if path in MADE:
            return MADE[path]
        self = MADE[path] = super().__new__(cls)
        self.path, self.name = path, f"scipy.{path}"
        self.original = importlib.import_module(self.name)
        self.functions, self.classes, self.entries, self.hints = {}, dict.fromkeys(CLASSES, ()), {}, {}
        return self

    def __getattr__(self, name):
        """A function that has been declared, for rules and composed functions: `linalg.expm(a)`."""
        try:
            return self.functions[name]
        except KeyError:
            raise AttributeError(f"{self.name}.{name} is not declared") from None

    def derivative(self, name, doc, *, forward=None, refuse=None, **options):
        """Declare a function by its rules.

        name     SciPy's name for it; a name that the installed SciPy lacks is skipped
        doc      the formula, then the derivative by each argument, divided by `|`
        forward  what computes it, with all of SciPy's arguments in order; SciPy's function if not given
        refuse   function of some of the arguments -> what is not supported and what to write instead, or None
        options  the rules, and the keywords of `primitive`: outputs, once, jvp, kept, sequence
        """
        original = getattr(self.original, name, None)
        if original is None:
            return None
        call = Signature(original)
        entry = primitive(doc, name=f"{self.name}.{name}", **options)(call.forward(forward or original))
        self.entries[name] = entry
        run = entry if refuse is None else _refusing(entry, call, refuse, f"{self.name}.{name}")
        words = doc.partition(" | ")[0]
        return self.put("derivative", name, self._public(name, original, call, run, words, once=entry.once))

    def composed(self, name, doc=None):
        """Declare a function as made of others that have derivatives, by one that names those of SciPy's arguments it needs."""

        def put(function):
            original = getattr(self.original, name, None)
            if original is None:
                return function
            call = Signature(original)
            run = call.picking(function, checks=True)
            words = doc or (function.__doc__ or "").strip().partition("\n")[0]
            return self.put("composed", name, self._public(name, original, call, run, words))

        return put

    def value_only(self, names):
        """Declare functions that have no derivative by nature: they work on the values and return what SciPy returns."""
        for name, original in self._there(names):
            function = _on_values(original)
            self.put("value only", name, _named(function, name, original, self, "without a derivative by nature"))

    def unsupported(self, hints):
        """Declare functions that raise on a Tensor of a graph, from {names: what to write instead}."""
        for names, hint in hints.items():
            for name, original in self._there(names):
                self.hints[name] = hint
                function = _on_values(original, f"{self.name}.{name}: there is no derivative for this function; {hint}")
                self.put("unsupported", name, _named(function, name, original, self, "not differentiable here"))

    def constants(self, names):
        """Declare functions and classes that are SciPy's own, since nothing that could be a Tensor of a graph goes in."""
        for name, original in self._there(names):
            self.put("constants", name, original)

    def exports(self):
        """`__all__`, `__getattr__` and `__dir__` of the module."""
        names = sorted(self.functions)

        def attribute(name):
            if name in self.functions:
                return self.functions[name]
            where = f"autograd_core.{self.name}"
            if not name.startswith("_") and hasattr(self.original, name):
                raise AttributeError(f"{where} has no {name!r} yet; {self.name}.{name} takes the value, t.detach().numpy()")
            raise AttributeError(f"module {where!r} has no attribute {name!r}")

        return names, attribute, lambda: names

    def _there(self, names):
        return [(name, getattr(self.original, name)) for name in names.split() if hasattr(self.original, name)]

    def put(self, kind, name, function):
        """Declare an object made elsewhere: a class, or a distribution."""
        if name in self.functions:
            raise ValueError(f"{self.name}.{name} is declared already")
        self.functions[name] = function
        self.classes[kind] = (*self.classes[kind], name)
        return function

    def _public(self, name, original, call, run, words, once=False):
        def function(*args, **kwargs):
            if not has_tensor(args) and not (kwargs and has_tensor(kwargs.values())):
                return original(*args, **kwargs)
            return run(*call.bind(args, kwargs))

        return _named(function, name, original, self, words, once)


def instead_of(path):
    """What to write for SciPy's function of this path, "linalg.expm" or "stats.norm.pdf"; None if it is not known here."""
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        with contextlib.suppress(ImportError):
            importlib.import_module(f"{__package__}.{module}")
            name, found = parts[end], MADE.get(module)
            if found is None:
                continue
            if name in found.hints:
                return found.hints[name].removeprefix("write ")
            if name in found.functions:
                package, _, last = f"{__package__}.{module}".rpartition(".")
                call = ".".join([last, *parts[end:]])
                return f"`from {package} import {last}` and {call}(…), which has a derivative"
    return None


class Signature:
    """That of one of SciPy's functions: binds the arguments of a call, and calls the function with all of them."""

    def __init__(self, original):
        self.original, self.signature = original, inspect.signature(original)
        parameters = self.signature.parameters
        self.names = tuple(parameters)
        self.defaults = tuple([p.default for p in parameters.values()])
        kinds = [p.kind for p in parameters.values()]
        self.by_position = sum(kind in (KINDS.POSITIONAL_ONLY, KINDS.POSITIONAL_OR_KEYWORD) for kind in kinds)
        self.required = sum(default is KINDS.empty for default in self.defaults)
        self.star = next((i for i, kind in enumerate(kinds) if kind is KINDS.VAR_POSITIONAL), None)
        self.double_star = next((i for i, kind in enumerate(kinds) if kind is KINDS.VAR_KEYWORD), None)
        self.overwriting = tuple(i for i, name in enumerate(self.names) if name.startswith("overwrite"))

    def bind(self, args, kwargs):
        """The values of all arguments, in the order of the signature."""
        given = len(args)
        if not kwargs and self.required <= given <= self.by_position and self.star is None and self.double_star is None:
            values = [*args, *self.defaults[given:]]
        else:
            try:
                bound = self.signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{self.original.__name__}: {error}") from None
            bound.apply_defaults()
            values = list(bound.arguments.values())
        for i in self.overwriting:
            values[i] = False
        return [stacked(value) if type(value) is list else value for value in values]

    def forward(self, function):
        """`function` with one parameter for each argument, all by position: the form in which the table has it."""
        first, star, double_star = self.by_position, self.star, self.double_star

        def forward(*values):
            kwargs = {}
            args = list(values[:first])
            if star is not None:
                args += values[star]
            for i in range(first, len(values)):
                if i == double_star:
                    kwargs |= values[i]
                elif i != star:
                    kwargs[self.names[i]] = values[i]
            return function(*args, **kwargs)

        forward.__signature__ = inspect.Signature(
            [KINDS(p.name, KINDS.POSITIONAL_OR_KEYWORD, default=p.default) for p in self._ordered()]
        )
        forward.__name__, forward.__module__ = self.original.__name__, self.name_of_module()
        return forward

    def _ordered(self):
        """The parameters, without the default of those before one that has none."""
        found, seen = [], True
        for p in reversed(self.signature.parameters.values()):
            seen = seen and (p.default is not KINDS.empty)
            found.append(p if seen else p.replace(default=KINDS.empty))
        return found[::-1]

    def name_of_module(self):
        return getattr(self.original, "__module__", None) or "scipy"

    def picking(self, function, checks=False):
        """`function`, called with those of all the arguments that it names."""
        asked = list(inspect.signature(function).parameters)
        unknown = [name for name in asked if name not in self.names]
        if unknown:
            raise TypeError(f"{self.original.__name__} of SciPy has no argument {', '.join(unknown)}")
        where = [self.names.index(name) for name in asked]
        check = self.names.index("check_finite") if checks and "check_finite" in self.names else None

        @functools.wraps(function)
        def picked(*values):
            if check is not None and values[check]:
                all_finite(values)
            return function(*[values[i] for i in where])

        return picked


def has_tensor(values):
    """Whether a Tensor, or what stands for one, is among the values of a call; lists, tuples and dicts are gone into."""
    for value in values:
        kind = type(value)
        if kind in PLAIN:
            continue
        if kind is list or kind is tuple:
            if has_tensor(value):
                return True
        elif kind is dict:
            if has_tensor(value.values()):
                return True
        elif isinstance(value, Variable) or hasattr(kind, "__autograd_function__"):
            return True
    return False


def stacked(values):
    """A list that holds Tensors as one Tensor; any other list as it is."""
    if not has_tensor(values):
        return values
    return np.stack([stacked(value) if type(value) is list else value for value in values])


def all_finite(values):
    """What SciPy does with check_finite=True."""
    for value in values:
        if isinstance(value, tuple):
            all_finite(value)
            continue
        value = plain(value)
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc" and not np.all(np.isfinite(value)):
            raise ValueError("array must not contain infs or NaNs")


def refused(what, argument, value, instead):
    """The error for a value of an argument with which there is no derivative."""
    return UnsupportedError(f"{what}: there is no derivative with {argument}={value!r}; {instead}")


def _refusing(entry, call, refuse, what):
    asked = call.picking(refuse)

    def run(*values):
        if count_recorded(values):
            words = asked(*values)
            if words:
                raise UnsupportedError(f"{what}: {words}")
        return entry(*values)

    return run


def _on_values(original, refusal=None):
    """SciPy's function on the values of Tensors; a refusal is raised if one is part of a graph."""

    def function(*args, **kwargs):
        if refusal is not None and (count_recorded(args) or count_recorded(kwargs.values())):
            raise UnsupportedError(refusal)
        return original(*map(plain, args), **{key: plain(value) for key, value in kwargs.items()})

    return function


def _named(function, name, original, submodule, words, once=False):
    """`function` as a user sees it: with SciPy's name and signature, and a docstring that leads to SciPy's."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = f"autograd_core.{submodule.name}"
    end = " First derivatives only." if once else ""
    function.__doc__ = f"{name}: {words}.{end} For arrays and Tensors; see {submodule.name}.{name}."
    with contextlib.suppress(TypeError, ValueError):  # what is written in C may not tell its arguments
        function.__signature__ = inspect.signature(original)
    return function

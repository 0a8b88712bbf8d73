"""How one of SciPy's functions is put into `autograd_core.scipy`: the same name, signature and values, with derivatives.

    linalg = Submodule("linalg")         # of SciPy; the files of one folder share it

    linalg.derivative("expm", "eᴬ | L(Aᵀ, ḡ)", A=lambda g, A: …)      # rules, as in `primitive`, whose keywords it takes
    @linalg.composed("coshm")                                         # made of functions with derivatives
    def coshm(A): …                                                   # names those of SciPy's arguments that it needs
    optimize.solver(root)                                             # takes functions, and finds what these depend on
    linalg.value_only("bandwidth issymmetric")                        # no derivative by nature: plain SciPy on the values
    linalg.unsupported({"null_space": "write …"})                     # an UnsupportedError that says what to write instead
    linalg.constants("hilbert pascal")                                # SciPy's own: nothing that could be a Tensor goes in

    __all__, __getattr__, __dir__ = linalg.exports()                  # at the end of the module

Every public function of the SciPy module must be in one of these classes; a test fails for one that is in none.

What all of them share is done here. A call without a Tensor is SciPy's own, to the last bit. Else the arguments are bound to
SciPy's signature, so that rules and composed functions get all of them with SciPy's defaults; lists that hold Tensors
are stacked; `overwrite_…` is taken as False, since the graph may still need the array; and if SciPy would refuse an
infinity or NaN (`check_finite`), a composed function does too.
"""

import contextlib
import importlib
import inspect
import re

from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.binding import Signature, has_tensor, on_value, parts

CLASSES = ("derivative", "composed", "solver", "value only", "unsupported", "constants")
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
            call = Signature(original, of_any(original, function))
            run = _refusing_others(call.picking(function, checks=True), call, function, f"{self.name}.{name}")
            words = doc or (function.__doc__ or "").strip().partition("\n")[0]
            return self.put("composed", name, self._public(name, original, call, run, words))

        return put

    def solver(self, function):
        """Declare a function that takes functions, by one of SciPy's name: it is called by keywords, those that are given.

        It works on plain arguments too, since a function may close over Tensors. It may have keywords beside SciPy's.
        """
        name = function.__name__
        original = getattr(self.original, name, None)
        if original is None:
            return
        signature = inspect.signature(original)
        parameters = list(signature.parameters.values())
        own = [p for p in inspect.signature(function).parameters.values() if p.kind is KINDS.KEYWORD_ONLY]
        own = [p for p in own if p.name not in signature.parameters]
        end = len(parameters) - (bool(parameters) and parameters[-1].kind is KINDS.VAR_KEYWORD)
        signature = signature.replace(parameters=[*parameters[:end], *own, *parameters[end:]])
        rest = parameters[-1].name if end < len(parameters) else None

        def public(*args, **kwargs):
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError as error:
                raise TypeError(f"{name}: {error}") from None
            more = given.pop(rest, {}) if rest is not None else {}
            return function(**given, **more)

        public.__name__ = public.__qualname__ = name
        public.__module__, public.__signature__ = f"autograd_core.{self.name}", signature
        public.__doc__ = f"{function.__doc__.rstrip()}\n\n    See {self.name}.{name}.\n    "
        self.put("solver", name, public)

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

    def is_scipys(self, name):
        """Whether this is SciPy's own object."""
        return name in self.classes["constants"] and self.functions[name] is getattr(self.original, name)

    def markdown(self):
        """What there is, in Markdown: the names of each class, and the hints for what is not supported."""
        known = {name: kind for kind in CLASSES for name in self.classes[kind]}
        for name in self.classes["constants"]:  # among them classes and distributions that are written here
            if not self.is_scipys(name):
                known[name] = "unsupported" if name in self.hints else "composed"
        of = lambda *kinds: sorted(name for name, kind in known.items() if kind in kinds)
        smooth = of("derivative", "composed", "solver")
        lines = [f"**With derivatives** ({len(smooth)}): {_names(smooth)}"]
        once = [name for name, entry in self.entries.items() if entry.once]
        lines += [f"First derivatives only: {_names(sorted(once))}"] if once else []
        for kind, what in (("value only", "On the values"), ("constants", "SciPy's own")):
            lines += [f"**{what}** ({len(of(kind))}): {_names(of(kind))}"] if of(kind) else []
        hints = {}
        for name in of("unsupported"):
            hints.setdefault(self.hints[name], []).append(name)
        lines += ["**Not supported**, with what to write:"] if hints else []
        text = "\n\n".join(lines)
        return text + "".join(
            f"\n{'' if i else chr(10)}- {_names(names)}: {hint}" for i, (hint, names) in enumerate(hints.items())
        )

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


def of_any(original, function):
    """The signature of a composed function, if SciPy's own tells that it takes anything; else None."""
    kinds = [p.kind for p in inspect.signature(original).parameters.values()]
    return inspect.signature(function) if kinds == [KINDS.VAR_POSITIONAL, KINDS.VAR_KEYWORD] else None


def instead_of(path):
    """What to write for SciPy's function of this path, "linalg.expm" or "stats.norm.pdf"; None if it is not known here."""
    names = path.split(".")
    for end in range(len(names) - 1, 0, -1):
        module, name = ".".join(names[:end]), names[end]
        try:
            there = importlib.import_module(f"{__package__}.{module}")
        except ImportError:
            continue
        if module in MADE and name in MADE[module].hints:
            return _of_module(module, MADE[module].hints[name].removeprefix("write "))
        if module in MADE and MADE[module].is_scipys(name):
            return None
        if name in there.__all__:
            package, _, last = there.__name__.rpartition(".")
            of_values = module in MADE and name in MADE[module].classes["value only"]
            what = "works on the values" if of_values else "has a derivative"
            return f"`from {package} import {last}` and {'.'.join([last, *names[end:]])}(…), which {what}"
    return None


def _of_module(module, hint):
    """A hint for who called plain SciPy: one that names a function of the same module here says where that is."""
    if re.match(r"\w+", hint)[0] not in MADE[module].functions:
        return hint
    parent, _, last = f"{__package__}.{module}".rpartition(".")
    return f"`from {parent} import {last}` and {last}.{hint}"


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


OF_SPEED = {"check_finite", "lwork", "traceA", "workers"}  # arguments that change no value


def _refusing_others(run, call, function, what):
    """`run`, which raises for an argument that the function does not ask for and that is not left at its default."""
    asked = {*inspect.signature(function).parameters, *OF_SPEED}
    others = [
        (i, name, call.defaults[i])
        for i, name in enumerate(call.names)
        if name not in asked and i not in call.overwriting and i not in (call.star, call.double_star)
    ]
    if not others:
        return run

    def checked(*values):
        for i, name, default in others:
            if values[i] is not default and not (type(values[i]) is type(default) and values[i] == default):
                raise refused(what, name, values[i], f"leave {name} out")
        return run(*values)

    return checked


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _on_values(original, refusal=None):
    """SciPy's function on the values of Tensors, and of those that a function returns that it is given.

    A refusal is raised if one is part of a graph.
    """

    def function(*args, **kwargs):
        if refusal is not None and any(count_recorded((parts(value),)) for value in (*args, *kwargs.values())):
            raise UnsupportedError(refusal)
        return original(*map(plain_one, args), **{key: plain_one(value) for key, value in kwargs.items()})

    def plain_one(value):
        if callable(value) and not isinstance(value, type) and not hasattr(value, "shape"):
            return watched(value)
        return on_value(value)

    def watched(given):
        def values(*args, **kwargs):
            result = given(*args, **kwargs)
            if refusal is not None and count_recorded((result,)):
                raise UnsupportedError(refusal)
            return plain(result)

        return values

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

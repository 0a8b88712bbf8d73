"""The text of a replay while it is written: its lines, and the names that stand in them.

A Writer knows nothing of what is written. It is handed to guards, lowerings and effects, which add their lines to it.
"""

import sys
from functools import lru_cache
from operator import is_
from typing import NamedTuple

import numpy as np

from autograd_core.capturing.look.places import Attribute, InClass, Place
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value
from autograd_core.graph.edits import edits

HELD = object()  # what a replay returns if somebody keeps a gradient of the one before: then there must be new buffers
END = object()  # what stands after the items of each container in the guard
MISS = object()  # … if the program does not apply; nothing has been changed then


def undrawn(*states):
    """MISS, with generators set back to their states."""
    for generator, state in states:
        generator.bit_generator.state = state
    return MISS


@lru_cache(64)
def code_of(text):
    """Code of the same text, such as that of another model of this kind, or with other buffers, is made once."""
    return compile(text, "<captured step>", "exec")


def own_copy(function):
    """The function with code of its own: the interpreter notes there where the names of this one are."""
    function.__code__ = function.__code__.replace()
    return function


KNOWN = {
    "MISS": MISS, "HELD": HELD, "undrawn": undrawn, "refs": sys.getrefcount, "edits": edits,
    "is_": is_, "END": END, "inf": np.inf, "vdot": np.vdot, "isfinite": np.isfinite,
}  # fmt: skip


SIMPLE = (Place, Attribute, InClass)


class Line(NamedTuple):
    """One line: its text, the call that it makes or None, what is said about warnings there, see `Call.errors`, and the lines
    that are run for each block."""

    indent: str
    text: str
    call: object
    errors: tuple
    inside: tuple = ()


class Writer:
    """The lines of a function, and the names in them. `plan` says where the values of a program are, `env` what the names stand
    for.

    errors       of the call that is being written
    miss         what is returned if the program does not apply
    first_write  the position of the first line that changes something for good, or None
    kinds        {name of a number that is the caller's: its type}
    views        [(name, expression)] of what is made once, for print
    blocks       [(head, lines)] of the functions for one block
    """

    def __init__(self, program, plan):
        self.program, self.plan, self.env = program, plan, dict(KNOWN)
        self.names, self.known, self.count = {}, {}, 0  # {value: its name}; {id of a thing, or a key: its name}
        self.assigned, self.spare = {}, []  # {value: the name of a local variable}; those of values that are not needed any more
        self.lines, self.indent, self.errors, self.kinds = [], "", (), {}
        self.miss, self.first_write, self.views, self.blocks = "MISS", None, [], []
        calls = program.calls if program is not None else ()
        numbers = {value.dtype for call in calls for value in (call.out, *call.operands)}
        # Python's float in the place of NumPy's float64 changes no result, unless it meets a shorter dtype
        self.in_floats = all(dtype is None or dtype.kind not in "fc" or dtype == np.float64 for dtype in numbers)

    # Lines

    def line(self, text, call=None, inside=()):
        self.lines.append(Line(self.indent, self.indent + text, call, self.errors, tuple(inside)))

    def assign(self, call, expression):
        name = self.spare.pop() if self.spare else f"v{len(self.names)}"
        self.names[call.out] = self.assigned[call.out] = name
        self.line(f"{name} = {expression}", call)

    def release(self, value):
        """Say that a value is not needed any more: the next one may have its name. With few names a long program is compiled in
        0.8 of the time, and runs in 0.88."""
        if value in self.assigned:
            self.spare.append(self.assigned.pop(value))
            self.names[value] = None

    def writes(self):
        """Say that from here on something is changed for good."""
        if self.first_write is None:
            self.first_write = len(self.lines)

    def texts(self, lines):
        """The text of these lines, with np.errstate around those whose calls the step made so."""
        texts, errors = [], ()
        for line in lines:
            if line.errors != errors and line.errors:
                settings, indent = ", ".join(f"{kind}={mode!r}" for kind, mode in line.errors), line.indent
                texts.append(f"{indent}with {self.function(np.errstate)}({settings}):")
            errors = line.errors
            texts.append("    " + line.text if errors else line.text)
        return texts

    # Names

    def name(self, prefix, thing):
        """A new global of the function for `thing`."""
        self.count = count = self.count + 1
        name = sys.intern(f"{prefix}{count}")  # as it is in the code: one object for both
        self.env[name] = thing
        self.known.setdefault(id(thing), name)  # held by `env`
        return name

    def once(self, prefix, thing):
        """The name that it has already, or a new one."""
        return self.known.get(id(thing)) or self.name(prefix, thing)

    def constant(self, prefix, key, make):
        """The name of what `make` returns, made once for each key."""
        if key not in self.known:
            self.known[key] = self.name(prefix, make())
        return self.known[key]

    def function(self, function):
        name = self.known.get(("function", function))
        if name is None:
            name = functions.shown(function).replace(".", "_").replace("<", "").replace(">", "")
            name = name if self.env.get(name, function) is function else f"{name}_{len(self.known)}"
            self.known["function", function], self.env[name] = name, function
        return name

    def view(self, array, text):
        """The name of a view that is made now, once."""
        name = self.name("b", array)
        self.views.append((name, text))
        return name

    # Expressions

    def text(self, tree):
        """An argument as an expression."""
        kind = type(tree)
        if kind is Value:
            name = self.names.get(tree)
            if name is None:
                name = self.names[tree] = self.once("b", self.plan.arrays[tree])
            return name
        if kind is tuple:
            return f"({', '.join(map(self.text, tree))}{',' if len(tree) == 1 else ''})"
        if kind is list:
            return f"[{', '.join(map(self.text, tree))}]"
        if kind is dict:
            return "{" + ", ".join(f"{key!r}: {self.text(item)}" for key, item in tree.items()) + "}"
        if tree is None or tree is True or tree is False or tree is Ellipsis or kind is int or kind is str:
            return repr(tree)
        if kind is float and tree == tree and abs(tree) != np.inf:
            return repr(tree)
        return self.name("k", tree)

    def expression(self, function, *args, **kwargs):
        """A call as an expression."""
        arguments = [*map(self.text, args), *(f"{name}={self.text(item)}" for name, item in kwargs.items())]
        return f"{self.function(function)}({', '.join(arguments)})"

    def out(self, call):
        """The name of the buffer that a call writes into."""
        return self.text(call.out)

    def read(self, place):
        """What is in a Place."""
        key = place.key
        return place.text(self.once("o", place.container), repr(key) if type(key) is str or key is None else self.text(key))

    def displaced(self, entries, prefix):
        """The tests whether there is another object now, for each [(place, what was there)]."""
        known, tests = self.known, []
        for place, value in entries:
            kind = type(place)
            if type(place.key) is not str or place.path or kind not in SIMPLE:
                where = self.read(place)
            else:  # as most are: in half the time
                container = known.get(id(place.container)) or self.name("o", place.container)
                where = f"{container}.{place.key}" if kind is Attribute else f"{container}[{place.key!r}]"
            name = "None" if value is None else known.get(id(value)) or self.name(prefix, value)
            tests.append(f"{where} is not {name}")
        return tests

    def access(self, source):
        """What is where a source is read."""
        if source.kind in ("tensor", "grad"):
            return f"{self.once('t', source.holder)}.{'_value' if source.kind == 'tensor' else '_grad'}"
        return self.read(source.holder)

"""What errors say of a name that is missing: what to write for PyTorch's, or why there is nothing of it."""

import functools

from autograd_core.errors.words import ROWS
from autograd_core.errors.words.names import CONSTANTS, IN_PLACE, NOT_HERE, OF_INTEGERS, OF_ONE, OF_TWO


@functools.cache
def rows():
    """(heading, PyTorch's line, whether the numbers are the same, our line) of each row of the table."""
    listed, heading = [], None
    for line in ROWS.strip().splitlines():
        if line.startswith("# "):
            heading = line[2:]
        elif line:
            arrow = " -> " if " -> " in line else " ~> "
            theirs, _, ours = line.partition(arrow)
            listed.append((heading, theirs, arrow == " -> ", ours))
    return listed


def name_of(theirs):
    """ "t.view(3, 2)" -> "view" """
    return theirs.partition("(")[0].rpartition(".")[2]


@functools.cache
def lines():
    """{name: (PyTorch's line, ours)}"""
    of_numpy = [(OF_ONE, "{}(t)"), (OF_TWO, "{}(t, u)"), (OF_INTEGERS, "{}(k, k)")]
    calls = {name: call.format(name) for names, call in of_numpy for name in names.split()}
    known = {name: (f"torch.{call}", f"np.{call}") for name, call in calls.items()}
    known |= {name: (f"torch.{name}", f"np.{name}") for name in CONSTANTS.split()}
    for _, theirs, _, ours in reversed(rows()):
        known[name_of(theirs)] = theirs, ours
    return known


def hint(name):
    """What to write in the place of PyTorch's `name`, or why there is nothing of it; None for a name that is not in the table."""
    if name in lines():
        theirs, ours = lines()[name]
        return f"PyTorch's {theirs} is {ours} here"
    base = name.removesuffix("_")
    if base != name and base in IN_PLACE.split():
        ours = lines()[base][1] if base in lines() else f"t.{base}(…)"
        return f"it would change t in place; write t = {ours} for a recorded result, or t[...] = {ours} under no_grad()"
    return next((f"it is not here: {reason}" for reason, names in NOT_HERE.items() if name in names.split()), None)


def absent(owner, name, public=(), otherwise=""):
    """The AttributeError for a name that a module has not: with the hint, or with the nearest of its `public` names.

    public     the names that the module has
    otherwise  what to say of a name that NumPy has not either
    """
    said = hint(name)
    if said is None and name[:1] != "_":
        import difflib

        import numpy as np

        near = difflib.get_close_matches(name, public, 1, 0.75)
        said = f"the nearest name is {near[0]!r}" if near else f"NumPy has np.{name}" if hasattr(np, name) else otherwise
    return AttributeError(f"{owner} has no attribute {name!r}{'; ' if said else ''}{said or ''}", name=name)


def names():
    """The names of PyTorch's methods of arrays that the table knows, and some of its functions."""
    of_rows = [name_of(line.partition(" ")[0]) for line in ROWS.splitlines() if line[1:2] == "."]
    in_place = [f"{name}_" for name in IN_PLACE.split()]
    return [*of_rows, *in_place, *" ".join([OF_ONE, OF_TWO, OF_INTEGERS, *NOT_HERE.values()]).split()]


class Missing:
    """A name that a Tensor has not: asked for, it says what to write.

    (With a `__getattr__` instead, any attribute of a Tensor would take 50 ns to get and not 7, and an empty slot a microsecond.)
    """

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        raise absent("'Tensor' object", self.name)


class Listed(type):
    """The class of Tensor: `dir` does not show what is only there to be missed."""

    def __dir__(cls):
        there = {name for kind in cls.__mro__ if kind is not Hints for name in vars(kind)}
        return [name for name in super().__dir__() if name in there]


class Hints(metaclass=Listed):
    """The base that Tensor has for what it has not."""

    __slots__ = ()
    locals().update({name: Missing(name) for name in names()})

    def __dir__(self):
        """The public names: the nearest of these is what Python suggests for one that is missing ("Did you mean: …")."""
        return [name for name in (*dir(type(self)), *getattr(self, "__dict__", ())) if name[:1] != "_" or name[:2] == "__"]

"""An entry for one combination of operands that are part of the graph: what to save, and which rules to run on it."""

import functools

import numpy as np

from autograd_core.derivatives.declaring import filled, private, specs_of
from autograd_core.derivatives.rules import SPECS, Root, names_of, rule_arguments, same
from autograd_core.derivatives.stamps import stamper

IN_EXPRESSIONS = {"shape": np.shape, "specs_of": specs_of}  # what the expressions of what is saved call


class Pattern:
    """An entry together with those of its operands that are part of the graph; made once for each combination.

    keys    for each such operand its parameter's name, or (name, position) in a sequence
    saves   the names of what the rules of these operands ask for
    picked  the expressions of what they ask for, in terms of `values` (of all arguments) and `out`
    pick    function (values, out) -> that, as a tuple: what a node saves
    simply  0, 1, 2 or 3 if that is just nothing, the first value, the second, or both
    pulls   for each operand a function (g, saved) -> its gradient
    pushes  for each operand a function (tangent, saved) -> its part of the change of the result, if the entry has `jvp`
    constants   ((position in `saves`, operands among its parts), …) of the arguments there that are no such operand
    stamp   function (saved) -> what tells whether these constants are changed, or None; None if there are none
    by_root   that of the entry; then is_root(saved) says it of one node
    elementwise   whether the entry is: of real operands, its rules multiply each element of ḡ by a number of its own
    transposes  what forward mode has made of the rules, for each combination of shapes, or None (see `graph.transposes`)
    """

    __slots__ = (
        "_root", "by_root", "constants", "elementwise", "entry", "is_root", "keys", "pick", "picked", "pulls", "pushes", "saves",
        "simply", "stamp", "transposes",
    )  # fmt: skip

    def __init__(self, entry, keys):
        self.entry, self.keys, self._root, self.by_root = entry, keys, None, entry.by_root
        self.transposes = None
        self.elementwise = entry.domain is not None and entry.outputs is None and not entry.once
        rules = {name: entry.rules[name] for name in dict.fromkeys(key if type(key) is str else key[0] for key in keys)}
        asked = {name: rule_arguments(rule) for name, rule in rules.items()}
        forward = {name: entry.jvp[name] for name in rules} if entry.jvp else {}
        also = {name: rule_arguments(rule) for name, rule in forward.items()}
        saves = [name for names in (*asked.values(), *also.values()) for name in names if name != "i"]
        if entry.fills:
            saves.append(SPECS)
        if entry.kept:  # also what it takes to compute them again
            saves += [argument for name in saves if name in entry.kept for argument in names_of(entry.kept[name])]
        self.saves = tuple(sorted(dict.fromkeys(saves), key=entry.position))
        where = {name: position for position, name in enumerate(entry.parameters)}
        self.picked = parts = [_saving(entry, name, where, keys) for name in self.saves]
        self.pick = _compiled("values, out", parts, "({},)" if parts else "()")
        self.simply = {"": 0, "values[0]": 1, "values[1]": 2, "values[0], values[1]": 3}.get(", ".join(parts))
        recorded = {key[1] for key in keys if type(key) is tuple}
        self.is_root = self._is_root() if self.by_root else None
        self.constants = tuple(
            [
                (i, recorded if name == entry.sequence else ())
                for i, name in enumerate(self.saves)
                if name in where and name != "out" and name not in keys and type(entry.default(name)) not in (bool, str)
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

        None if these rules do not save what it asks for: the derivative of xᵇ by b alone.
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
    return _factory(f"lambda {arguments}: {template.format(', '.join(parts))}", tuple(names))(*names.values())


@functools.cache
def _factory(text, names):
    """The function names -> function of that text. Few texts serve all entries, and each takes 30 µs to compile."""
    return eval(f"lambda {', '.join(names)}: {text}", dict(IN_EXPRESSIONS))

"""The steps of a transpose, written out as one function: it takes a third of the time of a loop over them."""

import functools

from numpy import ndarray

from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.rules import same
from autograd_core.graph.backward_pass import conform
from autograd_core.graph.shapes import AsksForNumbers, Shaped, has_shaped


def written(steps, leaves, spec):
    """The function (tangent, what the node saved) -> what `Transpose` returns.

    steps, leaves   those of the `Transpose`
    spec            of the tangent
    """
    return _Writer().function(steps, leaves, spec)


class _Writer:
    def __init__(self):
        self.lines, self.names, self.known = [], {}, {}

    def function(self, steps, leaves, spec):
        grads, specs = {0: "t"}, {0: spec}
        for k, pulls, needs, _ in steps:
            g, needs = grads[k], self.text(needs)
            for pull, place, wanted in pulls:
                part = g if pull is same else self.variable(f"{self.name(pull)}({g}, {needs})")
                if pull is not same or specs[k] != wanted:
                    part = self.fitted(part, wanted)
                grads[place] = self.variable(f"{grads[place]} + {part}") if place in grads else part
                specs[place] = wanted
        self.lines.append(f"return [{', '.join([grads.get(leaf, 'None') for leaf in leaves])}]")
        body = "\n  ".join(self.lines)
        text = f"def factory({', '.join(['fit', 'ndarray', *self.names])}):\n def run(t, saved):\n  {body}\n return run"
        return _factory(text)(fitted, ndarray, *self.names.values())

    def fitted(self, part, spec):
        known = f"type({part}) is not {self.name(spec)}"
        if type(spec) is tuple:
            shape, dtype = map(self.name, spec)
            known = f"type({part}) is not ndarray or {part}.dtype != {dtype} or {part}.shape != {shape}"
        made = f"v{len(self.lines)}"
        self.lines.append(f"{made} = fit({part}, {self.name(spec)}) if {known} else {part}")
        return made

    def variable(self, expression):
        made = f"v{len(self.lines)}"
        self.lines.append(f"{made} = {expression}")
        return made

    def name(self, value):
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def text(self, thing):
        """The expression of something with `Shaped` in it, and before it what that is computed from."""
        kind = type(thing)
        if kind is Shaped and thing.call is not None:
            if type(thing.call) is int:
                return f"saved[{thing.call}]"
            if id(thing) not in self.known:
                function, args, kwargs, number = thing.call
                given = [self.text(part) for part in args] + [f"{name}={self.text(part)}" for name, part in kwargs.items()]
                function = getattr(function, "_implementation", function)  # without NumPy's search for `__array_function__`
                part = "" if number is None else f"[{number}]"
                self.known[id(thing)] = self.variable(f"{self.name(function)}({', '.join(given)}){part}")
            return self.known[id(thing)]
        if has_shaped(thing):
            if kind is dict:
                return f"{{{', '.join([f'{self.name(key)}: {self.text(part)}' for key, part in thing.items()])}}}"
            parts = "".join([f"{self.text(part)}, " for part in thing])
            return f"({parts})" if kind is tuple else f"[{parts}]"
        return self.name(thing)


@functools.cache
def _factory(text):
    """The function names -> function of that text. Few texts serve all rules and shapes."""
    place = {}
    exec(text, place)
    return place["factory"]


def fitted(part, spec):
    """What a rule returned, as a gradient of this shape and dtype."""
    if type(part) is Shaped:  # it needs a ḡ, and so is not linear
        raise AsksForNumbers
    return part.dense() if isinstance(part, Partial) else conform(part, spec)

"""What rules say and ask for: the rule that passes a gradient on, what holds at a root, the names of what is saved."""

import inspect
import types

from autograd_core.derivatives.declaring import signature

SPECS = "the shapes and dtypes of all outputs"  # among what is saved; no rule can ask for it


def same(g, _saved=()):
    """The rule of what passes its gradient on as it is. The backward pass knows it, and saves the call."""
    return g


class Root:
    """What a function says that has a kink at every result of 0, as |x|, norms and √ have: there its square is smooth.

    at      where the result is 0, from what the rules ask for
    rules   for each argument the derivative of the square; it may return None if the square has a kink there too
    degree  if the operand is a power of the result, the function of what is saved -> which: 2 for √
    only    the function of what is saved -> whether it is a root at all; None if it always is

    Second derivatives need it (see `kinks` in the engine), and powers of a root.
    """

    __slots__ = ("at", "degree", "only", "rules")

    def __init__(self, at, degree=None, only=None, **rules):
        self.at, self.degree, self.only, self.rules = at, degree, only, rules


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

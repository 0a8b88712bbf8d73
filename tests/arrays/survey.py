"""Which functions of the table work on arrays of another library: every call of the table's tests, value and gradients.

python -m tests.arrays.survey dask        # what is refused, and with which words
"""

import sys
import warnings

import numpy as np

from autograd_core import Tensor
from autograd_core.arrays import unwrap
from autograd_core.graph.variable import plain
from tests.derivatives.finite import directions
from tests.derivatives.test_table import CASES, ENTRIES, calls_of, of_name, of_special, run


def names():
    """The functions that the table's tests call, but for those of scipy.special."""
    every = [*ENTRIES, *(name for name in CASES if name not in ENTRIES)]
    return [name for name in every if (entry := of_name(name)) is not None and not (name in ENTRIES and of_special(entry))]


class Placed:
    """A call whose constants, such as masks and indices, are arrays of the other kind too."""

    def __init__(self, one, place):
        self.one, self.place = one, place

    def with_operands(self, values):
        return self._placed(self.one.with_operands(values))

    def _placed(self, tree):
        if isinstance(tree, np.ndarray):
            return self.place(tree)
        if type(tree) in (list, tuple):
            return type(tree)(map(self._placed, tree))
        return {key: self._placed(item) for key, item in tree.items()} if type(tree) is dict else tree


def gradients(entry, one, operands, place, back, constant=lambda x: x):
    """(results, gradients of the operands) of a call, all as arrays of NumPy's."""
    tensors = [Tensor(place(x), requires_grad=True) for x in operands]
    results = run(entry, Placed(one, constant), tensors)
    outs = [result for result in results if isinstance(result, Tensor) and result.requires_grad]
    cotangents = directions([np.zeros(out.shape, out.dtype) for out in outs], 6)
    for out, g in zip(outs, cotangents, strict=True):
        out.backward(place(np.asarray(g, out.dtype)), retain_graph=True)
    grads = [tensor.grad for tensor in tensors]
    return results, grads, lambda x: None if x is None else back(unwrap(plain(x)))


def outcome(entry, one, kind):
    """ "" if a call works, the error that refuses it, or what is wrong with it after "WRONG"."""
    operands = one.operands()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", FutureWarning)
        expected = gradients(entry, one, operands, lambda x: x, np.asarray)
        try:
            with kind.watched():
                found = gradients(entry, one, operands, kind.place, kind.back, kind.constant)
            made = [[found[2](x) for x in part] for part in found[:2]]
        except Exception as error:  # whatever it is: that it is refused
            return f"{type(error).__name__}: {error}"
        for what, ours, right in zip(("value", "gradient"), made, expected[:2], strict=True):
            for a, b in zip(ours, map(expected[2], right), strict=True):
                if (a is None) != (b is None):
                    return f"WRONG {what}: {a} for {b}"
                if a is None:
                    continue
                if a.shape != b.shape or a.dtype != b.dtype:
                    return f"WRONG {what}: {a.dtype}{a.shape} for {b.dtype}{b.shape}"
                if not np.allclose(a, b, rtol=1e-9, atol=1e-10, equal_nan=True):
                    return f"WRONG {what}: {np.abs(a - b).max()}"
    return ""


def survey(kind, chosen=None):
    """{name: {call: outcome}}. `kind` has `place` and `back`, from and to arrays of NumPy's, and a context `watched`."""
    return {name: {repr(one): outcome(of_name(name), one, kind) for one in calls_of(name)} for name in chosen or names()}


def counts(found):
    """How many functions work in some form, work in all, and are wrong in one."""
    some = sum(any(not words for words in calls.values()) for calls in found.values())
    every = sum(not any(calls.values()) for calls in found.values())
    wrong = [f"{name}({call}): {words}" for name, calls in found.items() for call, words in calls.items() if "WRONG" in words]
    return some, every, wrong


if __name__ == "__main__":
    import importlib

    kind = importlib.import_module(f"tests.arrays.{sys.argv[1]}")
    found = survey(kind, sys.argv[2:] or None)
    for name, calls in found.items():
        for call, words in calls.items():
            if words:
                print(f"{'' if any(not w for w in calls.values()) else '!'}{name}({call}): {words.splitlines()[0][:150]}")
    some, every, wrong = counts(found)
    print(f"{len(found)} functions: {some} work, {every} in all calls; wrong: {len(wrong)}")

"""Which functions of the table work on arrays of another library: every call of the table's tests, value and gradients.

python -m tests.arrays.survey             # writes docs/other-arrays-coverage.md
python -m tests.arrays.survey sort        # of these functions: what is refused, and in which words
"""

import sys
import warnings

import numpy as np

from autograd_core import Tensor
from autograd_core.arrays import unwrap
from autograd_core.graph.variable import plain
from tests.arrays import dask_kind, strict_device
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


def on_dask(chosen=None):
    """The same on arrays of Dask in one chunk and in several: a call works if it does in one of them.

    Of factors in several chunks the signs are others, which tests/arrays/test_dask.py looks at.
    """
    found = {}
    for pieces in (2, 1):
        dask_kind.pieces = pieces
        for name, calls in survey(dask_kind, chosen).items():
            if pieces == 2 and name in FACTORS:
                continue
            known = found.setdefault(name, {})
            for call, words in calls.items():
                if known.get(call, "?") and "WRONG" not in known.get(call, ""):
                    known[call] = words
    return found


FACTORS = {"linalg.qr", "linalg.svd", "tall_qr", "factors_of_svd"}


def counts(found):
    """How many functions work in some form, how many in all, and the calls that are wrong."""
    some = sum(any(not words for words in calls.values()) for calls in found.values())
    every = sum(not any(calls.values()) for calls in found.values())
    wrong = [f"{name}({call}): {words}" for name, calls in found.items() for call, words in calls.items() if "WRONG" in words]
    return some, every, wrong


def page(kinds):
    """The page of the documentation: {title: found}."""
    lines = [
        "# Which functions work on other arrays",
        "",
        "The functions of the table on [arrays of other libraries](howto/other-arrays.md): all calls of the table's tests, value",
        "and gradients, beside NumPy's. What is in no list works in all of them; what does not is refused. No result is wrong.",
        "",
        "<!-- python -m tests.arrays.survey -->",
    ]
    for title, found in kinds.items():
        some, every, wrong = counts(found)
        assert not wrong, wrong
        lines += ["", f"## {title}", "", f"{some} of {len(found)} functions work, {every} of them in all calls.", ""]
        parts, none = [], []
        for name in sorted(found):
            words = list(found[name].values())
            if all(words):
                none.append(f"`{name}`")
            elif any(words):
                parts.append(f"`{name}` ({sum(not one for one in words)} of {len(words)})")
        lines += [f"In some calls: {', '.join(parts)}.", "", f"Refused: {', '.join(none)}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    TITLES = {"Dask": on_dask, "A strict device": lambda chosen=None: survey(strict_device, chosen)}
    if sys.argv[1:]:  # names of functions: what is refused, and in which words
        for title, run_on in TITLES.items():
            for name, calls in run_on(sys.argv[1:]).items():
                for call, words in calls.items():
                    print(f"{title}: {name}({call}): {words.splitlines()[0] if words else 'works'}")
    else:
        text = page({title: run_on() for title, run_on in TITLES.items()})
        (Path(__file__).parents[2] / "docs" / "other-arrays-coverage.md").write_text(text, encoding="utf-8")

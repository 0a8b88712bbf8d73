"""Where functions have a kink because they choose, and what they choose nearby: for second derivatives there (see `graph.ties`).

At a tie, |x|, max(a, b), relu and their kind are made of pieces, each smooth. In a direction t from there one piece is taken, and
near enough that is the function of t itself: max(a + t, a + u) is a + max(t, u). So the derivative of the piece is what the
rule says, with t in the place of the operand.
"""

import numpy as np

from autograd_core.derivatives import ordering, selection, transcendental  # noqa: F401  whose entries are named below
from autograd_core.derivatives.activations import elu, leaky_relu, relu
from autograd_core.derivatives.norms import axes_of_norm
from autograd_core.derivatives.reductions import flattened, given, kept_shape, unflattened
from autograd_core.derivatives.selection import clamp
from autograd_core.derivatives.statistics import still
from autograd_core.derivatives.table import TABLE

TIES: dict = {}  # entry -> Tie
ROOTS: set = set()  # those of them whose pieces are no planes: norms


class Tie:
    """What an entry says that has a kink where it chooses.

    at     where there is a choice, in the shape of the result; from what a node saved, as a dict
    point  (saved, tangents of the operands in the graph) -> what a node would have saved on the piece in that direction
    whole  whether that holds for every element of the result, and not for those alone where there is a choice
    """

    __slots__ = ("at", "point", "whole")

    def __init__(self, at, point, whole=False):
        self.at, self.point, self.whole = at, point, whole


def tie(*functions, **how):
    for function in functions:
        TIES[TABLE[function]] = Tie(**how)


def moved(*names):
    """The tangents in the place of the operands `names`; 0 is that of a constant."""

    def point(saved, t):
        moves = {name: t[name] if name in t else np.zeros(np.shape(saved[name])) for name in names if name in saved}
        return {**saved, **moves}

    return point


# Elementwise


def equal(saved):
    return np.equal(saved["a"], saved["b"])


def at_zero(name):
    return lambda saved: False if np.iscomplexobj(saved[name]) else np.equal(saved[name], 0)


tie(np.maximum, np.minimum, np.fmax, np.fmin, at=equal, point=moved("a", "b"))
tie(np.absolute, np.fabs, relu, leaky_relu, at=at_zero("x"), point=moved("x"))
tie(elu, at=at_zero("x"), point=lambda saved, t: {**saved, "x": np.maximum(t["x"], 0)})  # at the very end of its curve
tie(np.copysign, at=at_zero("a"), point=moved("a"))


def at_bound(saved):
    x = saved["x"]
    low, high = (False if saved.get(name) is None else np.equal(x, saved[name]) for name in ("low", "high"))
    return np.logical_or(low, high)


def beside_bound(saved, t):
    """x, moved to that side of its bound on which it goes."""
    x, moves = saved["x"], t.get("x", 0)
    for name in ("low", "high"):
        if saved.get(name) is not None:
            apart = np.sign(moves - t.get(name, 0))
            x = np.where(np.equal(saved["x"], saved[name]) & (apart != 0), np.nextafter(saved[name], apart * np.inf), x)
    return {**saved, "x": x}


tie(clamp, at=at_bound, point=beside_bound)

# Along axes


def shared_extremum(saved):
    return np.reshape(np.sum(tied(saved), axis=saved["axis"], keepdims=True) > 1, np.shape(saved["out"]))


def tied(saved):
    a = saved["a"]
    equal = np.equal(a, np.reshape(saved["out"], kept_shape(np.shape(a), saved["axis"])))
    return equal & saved["where"] if given(saved["where"]) else equal


def extremum_of_tangents(choose, worst):
    def point(saved, t):
        a = np.where(tied(saved), t["a"], worst)
        out = choose(a, axis=saved["axis"], keepdims=True)
        return {**saved, "a": a, "out": np.reshape(out, np.shape(saved["out"]))}

    return point


tie(np.max, np.amax, np.nanmax, at=shared_extremum, point=extremum_of_tangents(np.max, -np.inf))
tie(np.min, np.amin, np.nanmin, at=shared_extremum, point=extremum_of_tangents(np.min, np.inf))


def equal_neighbours(saved):
    r = np.sort(flattened(saved["a"], saved["axis"]), axis=-1)
    beside = np.equal(r[..., 1:], r[..., :-1])
    none = np.zeros((*r.shape[:-1], 1), bool)
    equal = np.concatenate([beside, none], -1) | np.concatenate([none, beside], -1)
    return equal if saved["axis"] is None else unflattened(equal, np.shape(saved["a"]), saved["axis"])


def ranks(saved, t):
    """In the place of each element its rank, those that tie by their tangents."""
    r, moves = flattened(saved["a"], saved["axis"]), flattened(t["a"], saved["axis"])
    order = np.argsort(np.lexsort((moves, r), axis=-1), axis=-1).astype(float)
    return {**saved, "a": unflattened(order, np.shape(saved["a"]), saved["axis"])}


tie(np.sort, at=equal_neighbours, point=ranks, whole=True)


# Norms: in a direction t a norm is the norm of t, whose derivative is that of no plane, but the right one in that direction


def of_tangent(name, function, *options):
    def point(saved, t):
        moves = t.get(name, np.zeros_like(saved[name]))
        return {**saved, name: moves, "out": function(moves, **{option: saved[option] for option in options})}

    return point


def kinked_norm(saved):
    """Where it is 0; and for max |x| and Σ |x| of real vectors, where elements tie for it, or one is 0."""
    x, p, out = saved["x"], saved["ord"], saved["out"]
    axes = axes_of_norm(x, saved["axis"])
    zero = np.equal(out, 0)
    if np.iscomplexobj(x) or len(axes) != 1 or p not in (1, np.inf, -np.inf):
        return zero
    count = np.sum(np.equal(x, 0) if p == 1 else hits(x, p, axes), axis=axes, keepdims=True)
    return zero | np.reshape(count > (p != 1), np.shape(out))


def hits(x, p, axes):
    size = np.abs(x)
    return size == (np.min if p < 0 else np.max)(size, axis=axes, keepdims=True)


def norm_nearby(saved, t):
    x, p, moves = saved["x"], saved["ord"], t["x"]
    axes = axes_of_norm(x, saved["axis"])
    if np.iscomplexobj(x) or len(axes) != 1 or p not in (1, np.inf, -np.inf):
        return of_tangent("x", np.linalg.norm, "ord", "axis", "keepdims")(saved, t)
    sign = np.sign(np.where(np.equal(x, 0), moves, x))
    if p == 1:
        return {**saved, "x": sign}
    size = sign * moves / np.max(np.abs(moves), axis=axes, keepdims=True, initial=1e-300)
    return {**saved, "x": sign * np.where(hits(x, p, axes), 2 + size / 2, 1 if p > 0 else 4)}


tie(np.hypot, at=lambda saved: np.equal(saved["a"], 0) & np.equal(saved["b"], 0), point=moved("a", "b"))
tie(np.linalg.norm, at=kinked_norm, point=norm_nearby)
tie(
    np.std,
    at=lambda saved: np.reshape(still(*(saved[name] for name in ("a", "out", "axis", "where", "mean"))), np.shape(saved["out"])),
    point=of_tangent("a", np.std, "axis", "ddof", "where", "mean", "correction"),
)
ROOTS.update(TABLE[function] for function in (np.hypot, np.linalg.norm, np.std))

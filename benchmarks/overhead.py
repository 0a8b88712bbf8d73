"""What recording one operation costs over the same calls on plain arrays.

Forward: the time of the expression on Tensors less that of the same expression on their arrays.

Backward: `CHAIN` applications of the operation, each to leaves of its own and all roots of one pass, so that one
method serves operations that change the shape as well as those that could be chained. What is timed is the pass
itself (collecting and sorting the nodes, then the rules), by the engine's own `run`, with the graph kept; subtracted are
CHAIN times the derivatives as one writes them in NumPy for these shapes. What remains, divided by CHAIN, is the
engine's: finding and ordering the node, calling its rules, checking shapes and dtypes, what a rule does for the general
case, storing the gradients.
"""

from statistics import median

import numpy as np

from autograd_core import Tensor
from autograd_core.graph.gradients import run
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

CHAIN = 50
c = np.True_  # the condition of np.where
SHAPES = ((), (5, 4), (100, 100))

# name, the expression, its derivatives by hand (g, x, w, out), and the least number of axes it makes sense for
CASES = (
    ("x + w", lambda x, w: x + w, lambda g, x, w, out: (g, g), 0),
    ("x * w", lambda x, w: x * w, lambda g, x, w, out: (g * w, g * x), 0),
    ("x * 2.0", lambda x, w: x * 2.0, lambda g, x, w, out: (g * 2.0,), 0),
    ("x / w", lambda x, w: x / w, lambda g, x, w, out: (g / w, -g * out / w), 0),
    ("x ** 2", lambda x, w: x**2, lambda g, x, w, out: (g * (2 * x),), 0),
    ("np.tanh(x)", lambda x, w: np.tanh(x), lambda g, x, w, out: (g * (1 - out * out),), 0),
    ("np.exp(x)", lambda x, w: np.exp(x), lambda g, x, w, out: (g * out,), 0),
    ("np.maximum(x, w)", lambda x, w: np.maximum(x, w), lambda g, x, w, out: (g * (x > w), g * (x <= w)), 0),
    ("np.where(c, x, w)", lambda x, w: np.where(c, x, w), lambda g, x, w, out: (np.where(c, g, 0), np.where(c, 0, g)), 0),
    ("np.sum(x)", lambda x, w: np.sum(x), lambda g, x, w, out: (np.full(x.shape, g),), 0),
    ("x.sum(axis=0)", lambda x, w: x.sum(axis=0), lambda g, x, w, out: (np.full(x.shape, g),), 1),
    ("x.mean()", lambda x, w: x.mean(), lambda g, x, w, out: (np.full(x.shape, g / x.size),), 0),
    ("x.reshape(-1)", lambda x, w: x.reshape(-1), lambda g, x, w, out: (g.reshape(x.shape),), 0),
    ("x[0]", lambda x, w: x[0], lambda g, x, w, out: (placed(g, x),), 1),
    ("x.T", lambda x, w: x.T, lambda g, x, w, out: (g.T,), 1),
    ("np.concatenate((x, w))", lambda x, w: np.concatenate((x, w)), lambda g, x, w, out: (g[: len(x)], g[len(x) :]), 1),
    ("x @ w", lambda x, w: x @ w, lambda g, x, w, out: (g @ w.T, x.T @ g), 2),
)  # fmt: skip


def placed(g, x):
    whole = np.zeros(x.shape, x.dtype)
    whole[0] = g
    return whole


def whole(gradients):
    """Gradients as arrays, including those that are only partly there."""
    return [g if isinstance(g, np.ndarray | np.generic) else g.dense() for g in gradients.values()]


def section(quick):
    rounds = 5 if quick else 30
    return [*(table(shape, rounds) for shape in SHAPES), dispatch(rounds)]


def table(shape, rounds):
    """Every case at one shape: µs raw, and µs over it, forward and backward."""
    result = Table(
        f"Overhead per operation at shape {shape}, float64",
        ("", "raw forward µs", "over it (min)", "over it (median)", "raw backward µs", "over it (min)", "over it (median)"),
        notes=[f"{rounds} interleaved rounds; backward of {CHAIN} operations at a time"],
    )
    for name, operation, derivatives, least in CASES:
        if len(shape) >= least:
            result.rows.append((name, *measured(operation, derivatives, *operands(name, shape), rounds)))
    for column, what, bar in ((2, "forward", 1.5), (5, "backward", 2.0)):
        for statistic, pick in (("median of the operations", median), ("worst", max)):
            value = pick([max(row[column], row[column + 1]) for row in result.rows])
            result.checks.append(Check(f"overhead at {shape}, {what}, {statistic}", value, bar, "µs"))
    return result


def operands(name, shape):
    r = np.random.RandomState(0)
    x, w = (np.asarray(r.uniform(0.5, 1.5, shape)) for _ in range(2))
    return x, w.T.copy() if "@" in name else w


def measured(operation, derivatives, x, w, rounds):
    """(raw, over it (min), over it (median)), forward then backward, in µs."""
    leaves = [(Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)) for _ in range(CHAIN)]
    tx, tw = leaves[0]
    x, w = tx._value, tw._value  # a NumPy scalar if the shape is ()
    results = [operation(*pair) for pair in leaves]
    nodes = [result._node for result in results]
    seeds = [np.ones_like(result._value)[()] for result in results]
    values = [(seed, a._value, b._value, result._value) for seed, (a, b), result in zip(seeds, leaves, results, strict=True)]

    def by_hand():  # all gradients exist together, as they do in the pass: memory that is new each time is slow to write
        return [derivatives(*each) for each in values]

    found = interleaved(
        [
            Contender("forward", lambda: operation(tx, tw)),
            Contender("raw forward", lambda: operation(x, w)),
            Contender("backward", lambda: whole(run(nodes, seeds, keep=True))),
            Contender("raw backward", by_hand),
        ],
        rounds,
    )
    forward, backward = found["forward"].minus(found["raw forward"]), found["backward"].minus(found["raw backward"])
    micro = 1e6 / CHAIN
    return (
        found["raw forward"].best * 1e6,
        *(value * 1e6 for value in forward),
        found["raw backward"].best * micro,
        *(value * micro for value in backward),
    )


def dispatch(rounds):
    """np.tanh(t), which NumPy hands over by its protocol, against t.tanh()."""
    result = Table("np.tanh(t) against t.tanh()", ("shape", "t.tanh() µs", "np.tanh(t) µs", "ratio (min)", "ratio (median)"))
    for shape in SHAPES:
        t = Tensor(np.full(shape, 0.5), requires_grad=True)
        found = interleaved([Contender("method", t.tanh), Contender("function", lambda: np.tanh(t))], rounds)  # noqa: B023
        ratios = found["function"].over(found["method"])
        result.rows.append((str(shape), found["method"].best * 1e6, found["function"].best * 1e6, *ratios))
        result.checks.append(Check(f"np.tanh(t) over t.tanh() at {shape}", max(ratios), 1.7))
    return result

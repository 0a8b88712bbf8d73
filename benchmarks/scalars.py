"""Scalars: random expressions of 1,000 operations against micrograd and others, and chains of up to a million operations."""

import math
import sys
from statistics import median
from time import perf_counter

import numpy as np

from autograd_core import Tensor
from benchmarks.expressions import expression
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import LINEAR_CHAIN, Contender, exponent, interleaved, settle

OURS = "autograd_core"


def section(quick):
    return [expressions(seeds=2 if quick else 5, rounds=5 if quick else 40), chains(5 if quick else 6, 2 if quick else 3)]


# Random expressions


def ours(f, inputs):
    def run():
        v = [Tensor(value, requires_grad=True) for value in inputs]
        f(Tensor.relu, *v).backward()
        return [float(x.grad) for x in v]

    return run


def in_micrograd(f, inputs):
    from micrograd.engine import Value

    sys.setrecursionlimit(100_000)  # its topological sort calls itself once for each operation of a chain

    def run():
        v = [Value(value) for value in inputs]
        f(Value.relu, *v).backward()
        return [x.grad for x in v]

    return run


def in_torch(f, inputs):
    import torch

    def run():
        v = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in inputs]
        f(torch.relu, *v).backward()
        return [x.grad.item() for x in v]

    return run


def in_hips(f, inputs):
    import autograd.numpy
    from autograd import grad

    relu = lambda x: autograd.numpy.maximum(x, 0.0)
    both = grad(lambda v: f(relu, *v))
    return lambda: [float(g) for g in both(list(inputs))]


def in_mygrad(f, inputs):
    import mygrad

    def run():
        v = [mygrad.tensor(value) for value in inputs]
        f(lambda x: mygrad.maximum(x, 0.0), *v).backward()
        return [float(x.grad) for x in v]

    return run


PEERS = {"micrograd": in_micrograd, "PyTorch": in_torch, "HIPS autograd": in_hips, "MyGrad": in_mygrad}


def expressions(seeds, rounds):
    """One table: time of each on each expression, and ratios to micrograd's."""
    rows, worst = [], []
    for seed in range(seeds):
        f, inputs = expression(seed)
        runs = {OURS: ours(f, inputs)} | {name: make(f, inputs) for name, make in PEERS.items() if installed(name)}
        expected = runs[OURS]()
        for name in list(runs):
            try:
                np.testing.assert_allclose(runs[name](), expected, rtol=1e-9, err_msg=f"{name}: gradients of expression {seed}")
            except RecursionError:
                del runs[name]  # a peer that walks the graph by calling itself, and cannot walk this one
        found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
        base = found.get("micrograd", found[OURS])
        for name, timing in found.items():
            rows.append((f"seed {seed}: {name}", timing.best * 1e6, timing.median * 1e6, *timing.over(base)))
        if base is not found[OURS]:
            worst.append(found[OURS].over(base))
    table = Table(
        "A random expression of 1,000 scalar operations, leaves, forward and backward",
        ("", "min µs", "median µs", "× micrograd (min)", "× micrograd (median)"),
        rows,
        [f"{rounds} interleaved rounds; the same straight-line code of +, -, *, /, **2, relu for all"],
    )
    if worst:
        ratio = max(median(column) for column in zip(*worst, strict=True))
        table.checks.append(Check("scalars: over micrograd, median of the expressions", ratio, 0.8))
    return table


# Chains


def chains(largest, rounds):
    """Build, backward and free chains of 10⁴ … 10^largest operations: seconds for each operation and fitted exponents."""
    sizes = [10**k for k in range(4, largest + 1)]
    best = {size: [math.inf] * 3 for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            best[size] = [min(pair) for pair in zip(best[size], chain(size), strict=True)]
    table = Table(
        "A chain of scalar operations (y * a, y + b, in turn)",
        ("operations", "build µs/op", "backward µs/op", "free µs/op", "all, s"),
        [(f"{size:,}", *(part / size * 1e6 for part in best[size]), sum(best[size])) for size in sizes],
        [f"least of {rounds} rounds; no recursion limit is raised in them"],
    )
    fitted = [exponent(sizes, [best[size][part] for size in sizes]) for part in range(3)]
    table.rows.append(("fitted exponent", *fitted, exponent(sizes, [sum(best[size]) for size in sizes])))
    for part, p in zip(("build", "backward", "free"), fitted, strict=True):
        table.checks.append(Check(f"chain: exponent of {part}", p, LINEAR_CHAIN, ""))
    return table


def chain(size):
    """(build, backward, free) seconds of one chain, at Python's usual recursion limit."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        settle()
        a, b = Tensor(0.999999, requires_grad=True), Tensor(1e-6, requires_grad=True)
        start = perf_counter()
        y = a
        for _ in range(size // 2):
            y = y * a
            y = y + b
        built = perf_counter()
        y.backward(retain_graph=True)
        passed = perf_counter()
        del y
        freed = perf_counter()
    finally:
        sys.setrecursionlimit(limit)
    return built - start, passed - built, freed - passed

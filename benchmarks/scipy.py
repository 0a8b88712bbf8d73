"""SciPy's functions here, in HIPS autograd and in JAX run eagerly: the same call, its value and its gradient, checked to agree.

Each call is a function of a namespace, `X`, that has the peer's NumPy as `X.np` and its SciPy as `X.special`, `X.stats`,
`X.linalg`, `X.signal`. A peer that lacks the function is left out of its row. Bars: never slower than either.
"""

from types import SimpleNamespace

import numpy as np

from benchmarks import solvers
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

PEERS = ("HIPS autograd", "JAX")
r = np.random.RandomState(0)


def ours():
    import scipy.special

    from autograd_core import value_and_grad
    from autograd_core.scipy import linalg, signal, stats
    from autograd_core.scipy.special import logsumexp

    special = SimpleNamespace(**{**vars(scipy.special), "logsumexp": logsumexp})  # the others are ufuncs, and take Tensors
    return SimpleNamespace(
        np=np, special=special, stats=stats, linalg=linalg, signal=signal, of=np.asarray, value_and_grad=value_and_grad
    )


def hips():
    import autograd
    import autograd.numpy
    from autograd.scipy import linalg, signal, special, stats

    of = lambda f, places: autograd.value_and_grad(f, places if len(places) > 1 else places[0])
    return SimpleNamespace(
        np=autograd.numpy, special=special, stats=stats, linalg=linalg, signal=signal, of=np.asarray, value_and_grad=of
    )


def jax():
    import jax
    import jax.scipy.signal
    import jax.scipy.stats

    jax.config.update("jax_enable_x64", True)

    def of(f, places):
        both = jax.value_and_grad(f, places if len(places) > 1 else places[0])
        return lambda *args: jax.block_until_ready(both(*args))

    return SimpleNamespace(
        np=jax.numpy, special=jax.scipy.special, stats=jax.scipy.stats, linalg=jax.scipy.linalg, signal=jax.scipy.signal,
        of=jax.numpy.asarray, value_and_grad=of,
    )  # fmt: skip


MAKERS = {"autograd_core": ours, "HIPS autograd": hips, "JAX": jax}


def namespaces():
    """{name: namespace} of ours and of the peers that are installed."""
    return {name: make() for name, make in MAKERS.items() if name == "autograd_core" or installed(name)}


def compared(title, cases, quick, note=""):
    """A table of calls: (name, function of X and arrays, arrays, the peers that have it)."""
    rounds = 3 if quick else 15
    table = Table(
        title,
        ("", "µs (min)", *(f"× {peer}" for peer in PEERS)),
        notes=[f"value and gradient; {rounds} rounds, interleaved; ratios of minima, below 1 is faster{note}"],
    )
    spaces = namespaces()
    for name, call, arrays, peers in cases:
        contenders, results = [], {}
        for who, X in spaces.items():
            if who != "autograd_core" and who not in peers:
                continue
            both = X.value_and_grad(lambda *args, X=X, call=call: call(X, *args), tuple(range(len(arrays))))
            args = [X.of(array) for array in arrays]
            results[who] = both(*args)
            contenders.append(Contender(who, lambda both=both, args=args: both(*args)))
        check_same(name, results)
        found = interleaved(contenders, rounds)
        mine = found["autograd_core"]
        table.rows.append((name, mine.best * 1e6, *(mine.over(found[p])[0] if p in found else None for p in PEERS)))
        table.checks += [Check(f"{name}: over {peer}", max(mine.over(found[peer])), 1) for peer in PEERS if peer in found]
    return table


def check_same(name, results):
    """Raise unless all have the same value and the same gradients."""
    flat = lambda result: [
        np.asarray(part) for part in (result[0], *(result[1] if type(result[1]) in (tuple, list) else result[1:]))
    ]
    right = flat(results["autograd_core"])
    for who, result in results.items():
        for mine, theirs in zip(right, flat(result), strict=True):
            scale = np.max(np.abs(mine), initial=1e-300)
            if not np.allclose(mine, theirs, rtol=1e-6, atol=1e-7 * scale):
                raise AssertionError(f"{name}: {who} has {theirs.ravel()[:3]} … instead of {mine.ravel()[:3]} …")


BOTH, HIPS, JAX = PEERS, PEERS[:1], PEERS[1:]


def elementwise(name, *fixed, peers=BOTH, low=0.5, high=4.0, size=1000):
    """A ufunc of special in its last argument."""
    x = r.uniform(low, high, size)
    return name, lambda X, x: X.np.sum(getattr(X.special, name)(*fixed, x)), (x,), peers


def special(quick):
    cases = [
        elementwise("gammaln"), elementwise("digamma"), elementwise("erf"), elementwise("erfinv", low=-0.9, high=0.9),
        elementwise("expit"), elementwise("logit", low=0.1, high=0.9),
        elementwise("i0"), elementwise("i1"), elementwise("j0", peers=HIPS), elementwise("j1", peers=HIPS),
        elementwise("jn", 2, peers=HIPS), elementwise("iv", 1.5, peers=HIPS),
        elementwise("gammainc", 2.5), elementwise("gammaincc", 2.5), elementwise("betainc", 2.5, 1.5, low=0.1, high=0.9),
        elementwise("ndtr", peers=JAX), elementwise("log_ndtr", peers=JAX, low=-9),
        elementwise("ndtri", peers=JAX, low=0.1, high=0.9), elementwise("xlogy", 1.5, peers=JAX), elementwise("entr", peers=JAX),
        ("logsumexp", lambda X, x: X.np.sum(X.special.logsumexp(x, axis=1)), (r.randn(50, 20),), BOTH),
        ("gammaln of one number", lambda X, x: X.special.gammaln(x), (np.float64(3.2),), BOTH),
    ]  # fmt: skip
    return [compared("Special functions of 1,000 numbers", cases, quick)]


def density(name, method, *parameters, peers=JAX, by="x and parameters", low=0.1, high=0.9):
    """A method of a distribution, by the variable and the parameters or by one of them."""
    x = r.poisson(3, 1000).astype(float) if name == "poisson" else r.uniform(low, high, 1000)
    of = lambda X: getattr(getattr(X.stats, name), method)
    if by == "x":
        return f"{name}.{method}, by x", lambda X, x: X.np.sum(of(X)(x, *parameters)), (x,), peers
    if by == "parameters":
        return f"{name}.{method}, by parameters", lambda X, *args: X.np.sum(of(X)(x, *args)), parameters, peers
    return f"{name}.{method}", lambda X, *args: X.np.sum(of(X)(*args)), (x, *parameters), peers


def distributions(quick):
    one = np.float64
    covariance = np.cov(r.randn(5, 50))

    def multivariate(X, x, mean, cov):
        return X.np.sum(X.stats.multivariate_normal.logpdf(x, mean, cov))

    shape = one(2.3), one(3.1)
    cases = [
        density("norm", "logpdf", one(0.3), one(1.2), peers=BOTH), density("norm", "cdf", one(0.3), one(1.2), peers=BOTH),
        density("norm", "logcdf", one(0.3), one(1.2), peers=BOTH), density("norm", "logsf", one(0.3), one(1.2), peers=BOTH),
        density("t", "logpdf", one(3.4), one(0.2), one(1.3), peers=BOTH), density("beta", "logpdf", *shape, peers=BOTH),
        density("beta", "cdf", *shape, by="x", peers=BOTH), density("gamma", "logpdf", one(2.3), peers=BOTH),
        density("gamma", "cdf", one(2.3), by="x", peers=BOTH), density("chi2", "logpdf", one(3.3), by="x"),
        density("expon", "logpdf", one(0.01), one(1.3)), density("laplace", "logpdf", one(0.3), one(1.2)),
        density("cauchy", "logpdf", one(0.3), one(1.2)), density("logistic", "logpdf", one(0.3), one(1.2)),
        density("pareto", "logpdf", one(2.3), one(0.0), one(0.05)),
        density("poisson", "logpmf", one(2.7), by="parameters", peers=BOTH),
        ("multivariate_normal.logpdf", multivariate, (r.randn(200, 5), r.randn(5), covariance), BOTH),
    ]  # fmt: skip
    return [compared("Distributions of 1,000 numbers, in them and the parameters", cases, quick)]


def matrix_cases(n):
    a = r.randn(n, n) / np.sqrt(n) + 2 * np.eye(n)
    b = r.randn(n)
    w = r.randn(n, n)  # weights, so that the gradient is that of no special sum
    spd = lambda X, a: X.np.matmul(a, a.T) + X.np.eye(n)
    weighted = lambda X, m: X.np.sum(X.of(w) * m)
    triangle = lambda X: X.of(np.tril(a))

    def factors(X, parts):
        return sum(weighted(X, part) for part in parts)

    def of_eigen(X, values, vectors):
        """Of values and vectors, but not of the vectors' signs."""
        return X.np.sum(X.of(w[0]) * values) + X.np.sum(X.of(w) * vectors**2)

    return [
        ("solve", lambda X, a, b: X.np.sum(X.of(w[0]) * X.linalg.solve(a, b)), (a, b), JAX),
        ("solve, n right-hand sides", lambda X, a, b: weighted(X, X.linalg.solve(a, b)), (a, w.copy()), JAX),
        ("solve_triangular", lambda X, b: X.np.sum(X.linalg.solve_triangular(triangle(X), b, lower=True) ** 2), (b,), BOTH),
        ("cholesky of a aᵀ + 1", lambda X, a: weighted(X, X.linalg.cholesky(spd(X, a), lower=True)), (a,), JAX),
        ("qr", lambda X, a: factors(X, X.linalg.qr(a)), (a,), JAX),
        ("lu", lambda X, a: factors(X, X.linalg.lu(a)[1:]), (a,), JAX),
        ("det", lambda X, a: X.np.log(X.linalg.det(a / 2)), (a,), JAX),
        ("expm", lambda X, a: weighted(X, X.linalg.expm(a / 2)), (a,), JAX),
        ("eigh of a + aᵀ", lambda X, a: of_eigen(X, *X.linalg.eigh(a + a.T)), (a,), JAX),
        ("numpy: solve", lambda X, a, b: X.np.sum(X.of(w[0]) * X.np.linalg.solve(a, b)), (a, b), HIPS),
        ("numpy: inv", lambda X, a: weighted(X, X.np.linalg.inv(a)), (a,), HIPS),
        ("numpy: cholesky of a aᵀ + 1", lambda X, a: weighted(X, X.np.linalg.cholesky(spd(X, a))), (a,), HIPS),
        ("numpy: det", lambda X, a: X.np.log(X.np.linalg.det(a / 2)), (a,), HIPS),
        ("numpy: eigh of a + aᵀ", lambda X, a: of_eigen(X, *X.np.linalg.eigh(a + a.T)), (a,), HIPS),
    ]  # fmt: skip


def linear_algebra(quick):
    return [compared(f"Linear algebra, n = {n}", matrix_cases(n), quick) for n in ((20,) if quick else (20, 400))]


def signals(quick):
    n = 256 if quick else 4096
    x, y, few = r.randn(n), r.randn(n), r.randn(64)
    weights = r.randn(2 * n)
    fft = lambda X, x: X.np.sum(X.of(weights[:n]) * X.np.abs(X.np.fft.fft(x)) ** 2)
    cases = [
        ("fft", fft, (x,), BOTH),
        ("rfft", lambda X, x: X.np.sum(X.np.abs(X.np.fft.rfft(x)) ** 2), (x,), BOTH),
        ("fftconvolve", lambda X, x, y: X.np.sum(X.of(weights[: 2 * n - 1]) * X.signal.fftconvolve(x, y)), (x, y), JAX),
        ("convolve with 64", lambda X, x, y: X.np.sum(X.of(weights[: n + 63]) * X.signal.convolve(x, y)), (x, few), BOTH),
        ("convolve, valid", lambda X, x, y: X.np.sum(X.signal.convolve(x, y, mode="valid") ** 2), (x, few), BOTH),
        ("detrend", lambda X, x: X.np.sum(X.signal.detrend(x) ** 4), (x,), JAX),
    ]
    return [compared(f"Signals of {n} samples", cases, quick)]


SECTIONS = {
    "special": special,
    "distributions": distributions,
    "matrices": linear_algebra,
    "signals": signals,
    "odes": solvers.odes,
    "minimize": solvers.minimize,
}

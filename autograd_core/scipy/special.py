"""scipy.special: its functions that are no ufuncs. The ufuncs take Tensors as they stand, and are the same here as in SciPy."""

import numpy as np

from autograd_core.derivatives import softmax as entries
from autograd_core.derivatives.special import spherical
from autograd_core.derivatives.special.gamma import polygamma as of_order
from autograd_core.functional.transforms import vjp
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.declaring import Submodule, refused

special = Submodule("special")
original = special.original


def whole(name, kind="the order", **numbers):
    """Orders and degrees as plain arrays of integers."""
    for argument, value in numbers.items():
        if count_recorded([value]):
            raise refused(f"scipy.special.{name}", argument, "a Tensor", f"{kind} is an integer; write {argument}.detach()")
    found = [np.asarray(plain(value)) for value in numbers.values()]
    return found if len(found) > 1 else found[0]


@special.composed("polygamma")
def polygamma(n, x):
    """ψ⁽ⁿ⁾(x)."""
    return of_order(whole("polygamma", n=n)[()], x)


@special.composed("multigammaln")
def multigammaln(a, d):
    """log Γ_d(a) = d (d - 1) / 4 log π + Σ log Γ(a - j / 2)."""
    original.multigammaln(plain(a), d)  # its checks
    return d * (d - 1) / 4 * np.log(np.pi) + sum(original.gammaln(a - j / 2) for j in range(d))


@special.composed("logsumexp")
def logsumexp(a, axis, b, keepdims, return_sign):
    """log Σ b eᵃ, or its real part and the sign of the sum."""
    if b is None and not return_sign:
        return entries.logsumexp(a, axis=axis, keepdims=keepdims)
    if plain(a).dtype.kind == "c" or np.asarray(plain(b)).dtype.kind == "c":
        raise refused("scipy.special.logsumexp", "b", b, "write np.log(np.sum(b * np.exp(a))) for complex numbers")
    if b is not None:
        a, b = np.broadcast_arrays(a, b)
        a = np.where(plain(b) == 0, -np.inf, a)
    top = np.max(plain(a), axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    total = np.sum(terms, axis=axis, keepdims=True)
    sign = np.sign(plain(total))
    with np.errstate(divide="ignore"):
        out = np.log(np.abs(total)) + top
    if not return_sign:
        out = np.where(sign < 0, np.nan, out)
    axes = tuple(range(np.ndim(a))) if axis is None else axis
    if not keepdims:
        out, sign = np.squeeze(out, axis=axes), np.squeeze(sign, axis=axes)
    return (out, sign[()]) if return_sign else out


@special.composed("softmax")
def softmax(x, axis):
    """eˣ / Σ eˣ."""
    if axis is None:
        return np.reshape(entries.softmax(np.ravel(x), axis=-1), np.shape(x))
    return entries.softmax(x, axis=axis)


@special.composed("log_softmax")
def log_softmax(x, axis):
    """x - log Σ eˣ."""
    if axis is None:
        return np.reshape(entries.log_softmax(np.ravel(x), axis=-1), np.shape(x))
    return entries.log_softmax(x, axis=axis)


@special.composed("factorial")
def factorial(n, exact, extend):
    """Γ(n + 1), 0 for negative n."""
    if exact:
        raise refused("scipy.special.factorial", "exact", exact, "leave exact out: exact factorials are integers")
    value = original.gamma(n + 1)
    return value if extend == "complex" else np.where(plain(n) < 0, 0.0, value)


@special.composed("comb")
def comb(N, k, exact, repetition):
    """The binomial coefficient N over k."""
    if exact:
        raise refused("scipy.special.comb", "exact", exact, "leave exact out: exact numbers are integers")
    N = N + k - 1 if repetition else N
    known = (plain(k) <= plain(N)) & (plain(N) >= 0) & (plain(k) >= 0)
    return np.where(known, original.binom(N, k), 0.0)


@special.composed("perm")
def perm(N, k, exact):
    """N! / (N - k)!."""
    if exact:
        raise refused("scipy.special.perm", "exact", exact, "leave exact out: exact numbers are integers")
    known = (plain(k) <= plain(N)) & (plain(N) >= 0) & (plain(k) >= 0)
    return np.where(known, original.poch(N - k + 1, k), 0.0)


# Spherical Bessel functions


def put_spherical(name, function, formula, lower, upper):
    def spherical_bessel(n, z, derivative):
        n = whole(name, n=n).astype(int)
        return spherical.slope(function, n, z, lower, upper) if derivative else function(n, z)

    special.composed(name, formula)(spherical_bessel)


put_spherical("spherical_jn", spherical.spherical_j, "jₙ(z) or jₙ′(z), in z", 1, -1)
put_spherical("spherical_yn", spherical.spherical_y, "yₙ(z) or yₙ′(z), in z", 1, -1)
put_spherical("spherical_in", spherical.spherical_i, "iₙ(z) or iₙ′(z), in z", 1, 1)
put_spherical("spherical_kn", spherical.spherical_k, "kₙ(z) or kₙ′(z), in z", -1, -1)

# Legendre functions of integers n and m, in the argument. SciPy has `diff_n` derivatives beside the value


def with_derivatives(function, z, count, *integers):
    """[f(z), f′(z), …] of a function by elements, up to the derivative of this order."""
    z = np.broadcast_to(z, np.broadcast_shapes(np.shape(z), *map(np.shape, integers)))
    results = [function]
    for _ in range(count):
        results.append(lambda z, f=results[-1]: vjp(f, z)[1](np.ones_like(plain(z)))[0])
    return [f(z) for f in results]


@special.composed("legendre_p")
def legendre_p(n, z, *, diff_n=0):
    """Pₙ(z) and its derivatives up to that of order diff_n."""
    n = known_degree("legendre_p", n)
    original.legendre_p(n, 0.0, diff_n=diff_n)  # its checks
    return np.stack([spherical.legendre_derivative(n, z, k, 0.0) for k in range(diff_n + 1)])


@special.composed("sph_legendre_p")
def sph_legendre_p(n, m, theta, *, diff_n=0):
    """Pₙᵐ(cos θ), normalised, and its derivatives by θ up to that of order diff_n."""
    n, m = known_degree("sph_legendre_p", n), whole("sph_legendre_p", m=m)
    original.sph_legendre_p(n, m, 0.0, diff_n=diff_n)
    return np.stack(with_derivatives(lambda theta: spherical.spherical_legendre(n, m, theta), theta, diff_n, n, m))


@special.composed("assoc_legendre_p")
def assoc_legendre_p(n, m, z, *, branch_cut=2, norm=False, diff_n=0):
    """Pₙᵐ(z) and its derivatives up to that of order diff_n: (1 - z²)^(m/2) or (z² - 1)^(m/2), times that of Pₙ of order m."""
    n, (m, cut) = known_degree("assoc_legendre_p", n), whole("assoc_legendre_p", m=m, branch_cut=branch_cut)
    original.assoc_legendre_p(n, m, 0.0, branch_cut=cut, norm=norm, diff_n=diff_n)
    k, outer = np.abs(m), cut == 3
    with np.errstate(all="ignore"):
        ratio = np.where(k > n, 0, original.gammaln(n - k + 1) - original.gammaln(n + k + 1))  # (n - k)! / (n + k)!
        scale = (np.log(n + 0.5) + ratio) / 2 if norm else np.where(m < 0, ratio, 0)
    sign = np.where((k % 2 == 1) & (m > 0) & ~outer, -1.0, 1.0)

    def value(z):
        if plain(z).dtype.kind == "c":
            power = np.where(outer, (z - 1) ** (k / 2) * (z + 1) ** (k / 2), (1 - z * z) ** (k / 2))
        else:
            inside = np.where(outer, plain(z) >= 1, np.abs(plain(z)) <= 1)
            square = (1 - z) * (1 + z) * np.where(outer, -1, 1)
            power = np.where((k == 0) | (k > n), 1, np.where(inside, square, np.nan)) ** (k / 2)
        return sign * power * spherical.legendre_derivative(n, z, k, scale)

    return np.stack(with_derivatives(value, z, diff_n, n, m, cut))


@special.composed("sph_harm_y")
def sph_harm_y(n, m, theta, phi, *, diff_n=0):
    """Yₙᵐ(θ, φ), its gradient for diff_n=1 and its Hessian for 2: Pₙᵐ(cos θ) e^(i m φ)."""
    n, m = known_degree("sph_harm_y", n), whole("sph_harm_y", m=m)
    original.sph_harm_y(n, m, 0.0, 0.0, diff_n=diff_n)
    turn = np.exp(1j * m * phi)
    rows = [p * turn for p in with_derivatives(lambda theta: spherical.spherical_legendre(n, m, theta), theta, diff_n, n, m)]
    pair = lambda a, b: np.stack([a, b], axis=-1)
    results = [rows[0]]
    if diff_n:
        results.append(pair(rows[1], 1j * m * rows[0]))
    if diff_n == 2:
        mixed = 1j * m * rows[1]
        results.append(np.stack([pair(rows[2], mixed), pair(mixed, -m * m * rows[0])], axis=-2))
    return tuple(results) if diff_n else results[0]


def known_degree(name, n):
    n = whole(name, "the degree", n=n)
    if np.any(n < 0):
        raise ValueError(f"scipy.special.{name}: n must be a degree, an integer from 0 on, not {n[()]}")
    return n


special.unsupported({
    "diric": "write np.sin(n * x / 2) / (n * np.sin(x / 2))",
    "factorial2 factorialk": "write it with scipy.special.gamma",
    "ellip_harm ellip_harm_2 ellip_normal": "write it with autograd_core.primitive and a derivative of your own",
    "lmbda riccati_jn riccati_yn": "write it with scipy.special.jv or spherical_jn, which take Tensors",
    """lqmn lqn lpn lpmn clpmn obl_cv_seq pbdn_seq pbdv_seq pbvv_seq pro_cv_seq legendre_p_all assoc_legendre_p_all
    sph_legendre_p_all sph_harm_y_all""": "write the function of one degree, which takes Tensors",
})  # fmt: skip
for name in original.__all__:  # ufuncs, what SciPy writes with them, and functions of integers
    if name not in special.functions:
        special.constants(name)

__all__, __getattr__, __dir__ = special.exports()

"""scipy.special: its functions that are no ufuncs. The ufuncs take Tensors as they stand, and are the same here as in SciPy."""

import numpy as np

import autograd_core
from autograd_core.derivatives.special.gamma import polygamma as of_order
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.declaring import Submodule, refused

special = Submodule("special")
original = special.original


@special.composed("polygamma")
def polygamma(n, x):
    """ψ⁽ⁿ⁾(x)."""
    if count_recorded([n]):
        raise refused("scipy.special.polygamma", "n", "a Tensor", "the order is an integer; write n.detach()")
    return of_order(plain(n), x)


@special.composed("multigammaln")
def multigammaln(a, d):
    """log Γ_d(a) = d (d - 1) / 4 log π + Σ log Γ(a - j / 2)."""
    original.multigammaln(plain(a), d)  # its checks
    return d * (d - 1) / 4 * np.log(np.pi) + sum(original.gammaln(a - j / 2) for j in range(d))


@special.composed("logsumexp")
def logsumexp(a, axis, b, keepdims, return_sign):
    """log Σ b eᵃ, or its real part and the sign of the sum."""
    if b is None and not return_sign:
        return autograd_core.logsumexp(a, axis=axis, keepdims=keepdims)
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
        return np.reshape(autograd_core.softmax(np.ravel(x), axis=-1), np.shape(x))
    return autograd_core.softmax(x, axis=axis)


@special.composed("log_softmax")
def log_softmax(x, axis):
    """x - log Σ eˣ."""
    if axis is None:
        return np.reshape(autograd_core.log_softmax(np.ravel(x), axis=-1), np.shape(x))
    return autograd_core.log_softmax(x, axis=axis)


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

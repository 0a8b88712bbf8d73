"""scipy.fft: Fourier transforms as in numpy.fft, cosine and sine transforms, and the logarithmic Hankel transform."""

import numpy as np

from autograd_core.derivatives.spectral import all_axes, resized
from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.declaring import Submodule

transforms = Submodule("fft")

transforms.constants("""
    fftfreq rfftfreq next_fast_len prev_fast_len
    set_backend skip_backend set_global_backend register_backend get_workers set_workers
""")
transforms.unsupported({"fhtoffset": "write it with numbers: it rounds"})


# Fourier transforms: NumPy has them, and their derivatives


def along_one_axis(name):
    def transform(x, n, axis, norm):
        return getattr(np.fft, name)(x, n, axis, norm)

    transforms.composed(name, f"the transform of numpy.fft.{name}")(transform)


def over_axes(name):
    def transform(x, s, axes, norm):
        s, axes = shape_and_axes(x, s, axes)
        return getattr(np.fft, name)(x, s, axes, norm)

    transforms.composed(name, f"the transform of numpy.fft.{name}")(transform)


def shape_and_axes(x, s, axes):
    """As SciPy has them: s without axes is for the last ones, and either can be one number."""
    s = (s,) if isinstance(s, (int, np.integer)) else s
    if axes is None:
        axes = range(-np.ndim(x), 0) if s is None else range(-len(s), 0)
    return None if s is None else tuple(s), tuple(all_axes(x, axes))


for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    along_one_axis(name)
for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"):
    over_axes(name)


@transforms.composed("hfftn", "the transform of a Hermitian spectrum over several axes")
def hfftn(x, s, axes, norm):
    s, axes = shape_and_axes(x, s, axes)
    for n, axis in zip(s or [None] * len(axes), axes[:-1], strict=False):
        x = np.fft.fft(x, n, axis, norm)
    return np.fft.hfft(x, s[-1] if s else None, axes[-1], norm)


@transforms.composed("ihfftn", "the inverse of hfftn")
def ihfftn(x, s, axes, norm):
    s, axes = shape_and_axes(x, s, axes)
    x = np.fft.ihfft(x, s[-1] if s else None, axes[-1], norm)
    for n, axis in zip(s or [None] * len(axes), axes[:-1], strict=False):
        x = np.fft.ifft(x, n, axis, norm)
    return x


@transforms.composed("hfft2", "hfftn over two axes")
def hfft2(x, s, axes, norm):
    return transforms.hfftn(x, s, axes, norm)


@transforms.composed("ihfft2", "ihfftn over two axes")
def ihfft2(x, s, axes, norm):
    return transforms.ihfftn(x, s, axes, norm)


@transforms.composed("fftshift", "the zero frequency moved to the middle")
def fftshift(x, axes):
    return np.fft.fftshift(x, axes)


@transforms.composed("ifftshift", "the inverse of fftshift")
def ifftshift(x, axes):
    return np.fft.ifftshift(x, axes)


# Cosine and sine transforms. Each matrix is M = σ E M₀ D with M₀ orthogonal and E, D diagonal: 1 but for the elements that
# `orthogonalize` would scale. So Mᵀ = σ D M₀⁻¹ E

INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}
SWAPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def ends(kind, type, orthogonalize):
    """Which elements are scaled by √2 at the end (the rows of E), and by 1/√2 at the beginning (the columns of D)."""
    if orthogonalize:
        return (), ()
    end = {"dct": 0, "dst": -1}[kind]
    both = {1: ((0, -1), (0, -1)) if kind == "dct" else ((), ()), 2: ((end,), ()), 3: ((), (end,)), 4: ((), ())}
    return both[type]


def scaled(x, axis, places, factor):
    if not places:
        return x
    weights = np.ones(x.shape[axis], np.real(plain(x)[..., :0]).dtype)
    weights[list(places)] = factor
    return x * np.expand_dims(weights, tuple(range(1, len(x.shape) - axis % len(x.shape))))


def transposed(g, kind, type, axis, norm, orthogonalize):
    n = g.shape[axis]
    length = 2 * (n + {"dct": -1, "dst": 1}[kind]) if type == 1 else 2 * n
    rows, columns = ends(kind, type, orthogonal(norm, orthogonalize))
    back = transformed(scaled(g, axis, rows, 2**0.5), kind, INVERSE[type], axis, "ortho", True)
    return scaled(back, axis, columns, 2**-0.5) * {"ortho": 1.0, "forward": length**-0.5}.get(norm, length**0.5)


@primitive(
    "M x, of a cosine or sine transform | Mᵀ ḡ",
    name="scipy.fft.dct",
    x=(transposed, "kind", "type", "axis", "norm", "orthogonalize"),
)
def transformed(x, kind, type, axis, norm, orthogonalize):
    return getattr(transforms.original, kind)(x, type, axis=axis, norm=norm, orthogonalize=orthogonalize)


def to_length(x, n, axis):
    return x if n is None else resized(x, [n if k == axis % len(x.shape) else m for k, m in enumerate(x.shape)], axis)


def cosine_or_sine(kind, inverse):
    def over_one(x, type, n, axis, norm, orthogonalize):
        known_type(type)
        if np.iscomplexobj(x) and orthogonal(norm, orthogonalize) != (norm == "ortho"):
            raise UnsupportedError(
                f"scipy.fft.{name}: of complex x SciPy applies orthogonalize={orthogonalize} to the real part alone; "
                f"write fft.{name}(np.real(x), …) + 1j * fft.{name}(np.imag(x), …)"
            )
        x = to_length(x, n, axis)
        if inverse:
            return transformed(x, kind, INVERSE[type], axis, SWAPPED[norm], orthogonal(norm, orthogonalize))
        return transformed(x, kind, type, axis, norm, orthogonalize)

    def over_several(x, type, s, axes, norm, orthogonalize):
        s, axes = shape_and_axes(x, s, axes)
        for n, axis in zip(s or [None] * len(axes), axes, strict=True):
            x = over_one(x, type, n, axis, norm, orthogonalize)
        return x

    name = ("i" if inverse else "") + kind
    what = f"the {'inverse ' if inverse else ''}discrete {'co' * (kind == 'dct')}sine transform"
    transforms.composed(name, what)(over_one)
    transforms.composed(f"{name}n", f"{what} over several axes")(over_several)


def orthogonal(norm, orthogonalize):
    return norm == "ortho" if orthogonalize is None else orthogonalize


def known_type(type):
    if type not in INVERSE:
        raise ValueError(f"invalid type {type}: must be one of 1, 2, 3, 4")


for kind in ("dct", "dst"):
    cosine_or_sine(kind, False)
    cosine_or_sine(kind, True)


# The Hankel transform on a logarithmic grid is a convolution, whose kernel SciPy gives as the answer to an impulse


def hankel(name, x, dln, mu, offset, bias):
    if count_recorded((dln, mu, offset, bias)):
        raise UnsupportedError(
            f"scipy.fft.{name}: there is a derivative by its first argument only; give it numbers for the others"
        )
    n, dtype = x.shape[-1], np.result_type(x.dtype, np.float64) if bias else x.dtype  # as in SciPy
    sign = -1 if name == "fht" else 1
    steps = (np.arange(n) - (n - 1) / 2) * dln
    first = np.exp(sign * bias * (steps + (0 if name == "fht" else offset)))
    last = np.exp(sign * bias * (steps + (offset if name == "fht" else 0)))
    impulse = np.zeros(n)
    impulse[0] = 1 / first[0]
    answer = getattr(transforms.original, name)(impulse, dln, mu, offset, bias) / last
    kernel = np.fft.rfft(answer[::-1])
    return (np.fft.irfft(np.fft.rfft(x * first) * kernel, n)[..., ::-1] * last).astype(dtype)


@transforms.composed("fht", "the fast Hankel transform")
def fht(a, dln, mu, offset, bias):
    return hankel("fht", a, dln, mu, offset, bias)


@transforms.composed("ifht", "the inverse fast Hankel transform")
def ifht(A, dln, mu, offset, bias):
    return hankel("ifht", A, dln, mu, offset, bias)


__all__, __getattr__, __dir__ = transforms.exports()

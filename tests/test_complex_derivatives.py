"""jacobian, hessian, hvp and jvp of complex functions and at complex points, against finite differences in both directions."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian, hvp, jacobian, jvp
from autograd_core.errors import DTypeError

A = np.array([[1 + 2j, 0.5], [-1j, 2], [0.3, 1 - 1j]])
B = np.array([[1.0, 0.5j], [-0.5j, 2.0]])
X, Z = np.array([0.7, -1.2]), np.array([0.7 - 0.3j, -1.2 + 0.9j])

HOLOMORPHIC = {
    "i x": lambda x: 1j * x,
    "A x": lambda x: A @ x,
    "exp": np.exp,
    "sin of A x": lambda x: np.sin(A @ x),
    "a polynomial": lambda x: x**3 - 2j * x * x[::-1],
    "a quotient": lambda x: np.sum(x) / (x + 2j),
    "a power": lambda x: (x + 3) ** (0.5 + 1j),
    "log": lambda x: np.log(x + 3j),
    "inverse": lambda x: np.linalg.inv(B * x + np.diag(x) * 1j),
    "fft": lambda x: np.fft.fft(x * x),
    "a scalar": lambda x: np.prod(x) * 1j,
}
OTHERS = {  # of complex results, none of which is complex differentiable
    "conj": np.conj,
    "z conj z, in part": lambda z: np.stack([z[0] * np.conj(z[1]), z[1]]),
    "conj beside what is large": lambda z: np.stack([1e10 * z[0] + np.conj(z[1]), z[1]]),
    "|z| z": lambda z: np.abs(z) * z,
    "real parts": lambda z: np.real(z) + 0j,
    "i imag": lambda z: 1j * np.imag(z),
    "a solve with its adjoint": lambda z: np.linalg.solve(np.outer(np.conj(z), z) + np.eye(2), z),
}
REAL = {
    "abs": np.abs,
    "squared abs": lambda z: np.real(z * np.conj(z)),
    "imag of sin": lambda z: np.imag(np.sin(z)),
    "angle": np.angle,
}


def slopes(f, z, direction):
    """The change of f along one direction of each element, at the end of the shape as in a Jacobian."""
    step = 1e-6
    columns = [(f(z + step * direction * e) - f(z - step * direction * e)) / (2 * step) for e in np.eye(z.size)]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("at", [X, Z], ids=["real", "complex"])
@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_jacobian(name, at):
    f = HOLOMORPHIC[name]
    found = jacobian(f)(at)
    assert found.dtype == f(at).dtype
    np.testing.assert_allclose(found, slopes(f, at, 1), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", OTHERS)
def test_no_complex_derivative(name):
    """The differences along 1 and along i say so; of a real argument there is a derivative all the same."""
    f = OTHERS[name]
    if "large" not in name:  # where differences are too coarse
        assert not np.allclose(slopes(f, Z, 1), slopes(f, Z, 1j) / 1j)
    advice = r"jacobian\(lambda x, y: f\(x \+ 1j \* y\), \(0, 1\)\)\(z.real, z.imag\)"
    with pytest.raises(DTypeError, match=f"jacobian: .* has no complex derivative here.*{advice}"):
        jacobian(f)(Z)
    if name != "i imag":
        np.testing.assert_allclose(jacobian(f)(X), slopes(f, X, 1), rtol=1e-7, atol=0.1 if "large" in name else 1e-7)


def test_the_advice_of_the_message():
    f = OTHERS["|z| z"]
    both = jacobian(lambda x, y: f(x + 1j * y), (0, 1))(Z.real, Z.imag)
    np.testing.assert_allclose(both[0], slopes(f, Z, 1), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(both[1], slopes(f, Z, 1j), rtol=1e-7, atol=1e-7)
    f = lambda z: np.sum(np.abs(z) ** 4)
    of_parts = lambda x, y: f(x + 1j * y)
    (xx, xy), (yx, yy) = hessian(of_parts, (0, 1))(Z.real, Z.imag)
    g = lambda k: lambda z: grad(of_parts, k)(z.real, z.imag)
    np.testing.assert_allclose(xx, slopes(g(0), Z, 1), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(xy, slopes(g(0), Z, 1j), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(yx, xy.T)
    np.testing.assert_allclose(yy, slopes(g(1), Z, 1j), rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("name", REAL)
def test_rows_of_real_functions_are_their_gradients(name):
    """∂f/∂x - i ∂f/∂y, as documented for grad."""
    f = REAL[name]
    np.testing.assert_allclose(jacobian(f)(Z), slopes(f, Z, 1) - 1j * slopes(f, Z, 1j), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", [*HOLOMORPHIC, *OTHERS, *REAL])
def test_jvp_is_the_change_along_a_direction(name):
    f = {**HOLOMORPHIC, **OTHERS, **REAL}[name]
    for at, v in ((Z, np.array([1 - 2j, 0.5j])), (X, np.array([1.0, -2.0]))):
        if name == "i imag" and at is X:
            continue
        change = (f(at + 1e-6 * v) - f(at - 1e-6 * v)) / 2e-6
        np.testing.assert_allclose(jvp(f, (at,), (v,))[1], change, rtol=1e-7, atol=1e-4 if "large" in name else 1e-7)


SCALARS = {
    "squared abs": lambda z: np.sum(np.abs(z) ** 2),
    "fourth power": lambda z: np.sum(np.abs(z) ** 4) + np.real(np.sum(z**3)),
    "an expectation": lambda z: np.real(np.conj(z) @ B @ z) / np.sum(np.abs(z) ** 2),
}


@pytest.mark.parametrize("name", SCALARS)
def test_hessian_at_complex_points_is_refused_and_hvp_is_not(name):
    f = SCALARS[name]
    with pytest.raises(DTypeError, match=r"hessian: the gradient of .* has no complex derivative here.*hvp\(f\)\(z, v\)"):
        hessian(f)(Z)
    for v in (np.array([1.0 + 0j, 0.5]), np.array([1j, 2 - 1j])):
        change = (grad(f)(Z + 1e-6 * v) - grad(f)(Z - 1e-6 * v)) / 2e-6
        np.testing.assert_allclose(hvp(f)(Z, v), change, rtol=1e-6, atol=1e-6)


def test_hessian_of_a_harmonic_function():
    """The gradient of Re z³ is 3 z², which has a complex derivative, 6 z."""
    np.testing.assert_allclose(hessian(lambda z: np.real(np.sum(z**3)))(Z), np.diag(6 * Z), rtol=1e-14, atol=1e-14)


def test_containers_of_real_and_complex():
    f = lambda p: {"c": p["x"] * p["z"] * 1j, "r": np.real(p["x"] * p["z"])}
    blocks = jacobian(f)({"x": X, "z": Z})
    np.testing.assert_allclose(blocks["c"]["x"], np.diag(1j * Z))
    np.testing.assert_allclose(blocks["c"]["z"], np.diag(1j * X))
    np.testing.assert_allclose(blocks["r"]["x"], np.diag(Z.real))
    np.testing.assert_allclose(blocks["r"]["z"], np.diag(X + 0j))  # ∂/∂x - i ∂/∂y of Re(x z)


@pytest.mark.parametrize("dtype", [np.complex64, np.clongdouble])
def test_dtypes(dtype):
    z = Z.astype(dtype)
    assert jacobian(np.sin)(z).dtype == dtype
    np.testing.assert_allclose(jacobian(np.sin)(z), np.diag(np.cos(z)), rtol=1e-5, atol=1e-6)
    with pytest.raises(DTypeError, match="has no complex derivative"):
        jacobian(np.conj)(z)
    real = z.real
    assert jacobian(lambda x: x * dtype(1j))(real).dtype == dtype


def test_second_derivatives_and_losses_of_complex_jacobians():
    """d/dw of |w e^{i w}|² is 2 w."""
    w = Tensor(0.7, requires_grad=True)
    (np.abs(jacobian(lambda x: w * np.exp(1j * w) * x)(2.0)) ** 2).backward()
    np.testing.assert_allclose(w.grad, 1.4, rtol=1e-14)
    np.testing.assert_allclose(jacobian(jacobian(np.sin))(Z[0]), -np.sin(Z[0]), rtol=1e-14)
    np.testing.assert_allclose(jacobian(jacobian(lambda x: np.exp(2j * x)))(0.3), -4 * np.exp(0.6j), rtol=1e-14)

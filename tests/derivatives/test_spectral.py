"""Fourier transforms: the properties that a student knows, and what an import must not do."""

import subprocess
import sys

import numpy as np
import pytest

from autograd_core import Tensor, grad


def test_import_leaves_numpy_fft_alone():
    code = (
        "import sys, numpy; before = 'numpy.fft' in sys.modules; import autograd_core; print(before, 'numpy.fft' in sys.modules)"
    )
    before, after = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert before == after


THREADS = """
import sys, threading
import numpy as np
from autograd_core import grad
np.fft  # that NumPy itself imports it on first use is not what is tested
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(8)
found = []
def first_use():
    barrier.wait()
    found.append(grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(np.ones(4)).tolist())
threads = [threading.Thread(target=first_use) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [[8.0] * 4] * 8, found
"""


def test_first_use_from_several_threads():
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("n", [4, 5])
def test_energy_of_a_spectrum_is_that_of_the_signal(n):
    """Parseval: Σ |F x|² = n Σ x², so the gradient is 2 n x."""
    x = np.arange(1.0, n + 1)
    np.testing.assert_allclose(grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(x), 2 * n * x)


@pytest.mark.parametrize("n", [4, 5])
def test_there_and_back(n):
    x = np.linspace(-1, 2, n)
    for there, back in [(np.fft.fft, np.fft.ifft), (np.fft.rfft, np.fft.irfft), (np.fft.ihfft, np.fft.hfft)]:
        f = lambda x, there=there, back=back: np.sum(np.real(back(there(x), n)) ** 2)
        np.testing.assert_allclose(grad(f)(x), 2 * x, atol=1e-12)


def test_the_imaginary_part_of_the_mean_changes_nothing():
    """irfft does not read the imaginary part of its first element, nor of its last one where the length is even."""
    x = Tensor(np.array([1 + 0j, 2 + 1j, 3 + 0j]), requires_grad=True)
    np.fft.irfft(x)[1].backward()
    assert x.grad[0].imag == x.grad[2].imag == 0
    assert x.grad[1].imag != 0


def test_cropped_elements_get_no_gradient():
    np.testing.assert_allclose(grad(lambda x: np.sum(np.real(np.fft.fft(x, 2))))(np.arange(4.0)), [2, 0, 0, 0])


def test_functions_take_everything_by_keyword():
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    out = np.fft.rfftn(a=x, s=None, axes=None, norm=None)
    np.testing.assert_allclose(out.numpy(), np.fft.rfftn(x.numpy()))
    np.testing.assert_allclose(np.fft.fft(a=x, n=None, axis=-1, norm=None, out=None).numpy(), np.fft.fft(x.numpy()))

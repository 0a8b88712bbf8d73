"""Which functions of the derivative table have native code, with their gradients: those that have none are named here."""

import pathlib
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing import native
from autograd_core.capturing.native.choice import FITTING
from autograd_core.capturing.native.division import refused
from autograd_core.capturing.passes import optimized
from tests.derivatives.cases import CASES
from tests.derivatives.test_table import ENTRIES, Composed, calls_of, of_special, resolve, run

pytest.importorskip("llvmlite", reason="native code needs llvmlite")

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "howto" / "native.md"
LEFT_TO_NUMPY = {
    "angle", "bincount", "cofactor", "contract", "factors_of_svd", "fft.fft", "fft.fft2", "fft.fftn", "fft.hfft", "fft.ifft",
    "fft.ifft2", "fft.ifftn", "fft.ihfft", "fft.irfft", "fft.rfft", "fft.rfft2", "fft.rfftn", "i0", "interp", "linalg.cond",
    "linalg.det", "linalg.eig", "linalg.eigh", "linalg.eigvals", "linalg.eigvalsh", "linalg.lstsq", "linalg.matrix_norm",
    "linalg.multi_dot", "linalg.pinv", "linalg.qr", "linalg.svd", "linalg.svdvals", "linspace", "logspace", "median",
    "nan_to_num", "nanmean", "nanstd", "nanvar", "nextafter", "partition", "percentile", "quantile", "sort", "sort_complex",
    "spaced", "spacing", "tall_qr", "unwrap",
}  # fmt: skip


def without_code(step, operands, monkeypatch):
    """The functions in a step's program that have no native code; None if it is not captured."""
    found = []

    def look(session, program, *others, **options):
        found.append({why for why in refused(optimized(program, FITTING)).values() if "as quick" not in why})
        return None, "this"

    monkeypatch.setattr(native, "native_program", look)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fast = capture(step, native=True)
        for _ in range(3):
            fast(*[np.array(x) for x in operands])
    return found[-1] if found else None


def with_gradient(entry, call):
    def step(*operands):
        tensors = [Tensor(x, requires_grad=True) for x in operands]
        total = sum(np.sum(np.real(out) if out.dtype.kind == "c" else out) for out in run(entry, call, tensors))
        total.backward()
        return total.detach(), [tensor.grad for tensor in tensors]

    return step


def real_calls(entry):
    """Calls with real operands that are not empty, of more than a number where there are any."""
    calls = [call for call in calls_of(entry.__name__) if call.operands()]
    return [call for call in calls if all(np.size(x) and np.result_type(x).kind == "f" for x in call.operands())]


def entries():
    own = [entry for entry in ENTRIES.values() if not of_special(entry)]
    return [*own, *[Composed(name) for name in CASES if name not in ENTRIES and resolve(name) is not None]]


@pytest.mark.heavy
def test_functions_of_the_table(monkeypatch):
    left, tried = {}, 0
    for entry in entries():
        calls = real_calls(entry)[:2]
        why = [w for call in calls if (w := without_code(with_gradient(entry, call), call.operands(), monkeypatch)) is not None]
        if why:
            tried += 1
            if all(why):
                left[entry.__name__] = sorted(set.union(*why))
    assert left.keys() == LEFT_TO_NUMPY, left
    assert f"Of {tried} functions" in (page := PAGE.read_text(encoding="utf-8"))
    assert f", {tried - len(left)} have native code" in page

"""No argument is ignored: what a function made of others does not ask for must be left at its default."""

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import linalg, signal
from autograd_core.scipy.declaring import Submodule


def test_an_argument_that_is_not_asked_for_is_refused_unless_it_is_the_default():
    t = Tensor(np.eye(2), requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"scipy\.linalg\.expm_frechet: .* with method='blockEnlarge'; leave method out"):
        linalg.expm_frechet(t, np.eye(2), method="blockEnlarge")
    linalg.expm_frechet(t, np.eye(2), method=None)
    linalg.qr(t, lwork=64)  # changes no value


def test_it_is_so_for_every_function(monkeypatch):
    made = Submodule.__new__(Submodule, "signal")
    original = made.original

    class Apart:
        @staticmethod
        def of_two(x, factor=1.0, shape=None):
            return x

    monkeypatch.setattr(made, "original", Apart)
    try:
        made.composed("of_two")(lambda x: x * 2)
        function = made.functions["of_two"]
        t = Tensor(1.0, requires_grad=True)
        assert function(t).item() == 2
        for wrong in ({"factor": 2.0}, {"shape": (1,)}, {"factor": t}):
            with pytest.raises(UnsupportedError, match=f"leave {next(iter(wrong))} out"):
                function(t, **wrong)
    finally:
        made.functions.pop("of_two", None)
        made.classes["composed"] = tuple(name for name in made.classes["composed"] if name != "of_two")
        made.original = original


def test_a_window_that_is_recorded_is_refused():
    window = Tensor(np.ones(4), requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"scipy\.signal\.stft: there is no derivative with window='a Tensor'"):
        signal.stft(np.arange(9.0), window=window)
    with pytest.raises(ValueError, match=r"scipy\.signal\.hilbert: x must be real"):
        signal.hilbert(Tensor(np.ones(4, complex), requires_grad=True))

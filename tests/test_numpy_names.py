"""The package imports with any NumPy since 2.0, whatever names that one lacks, and brings nothing else with it."""

import subprocess
import sys

import pytest

# Names that some NumPy since 2.0 or some machine lacks, or may come to lack: used only where they are there.
OPTIONAL = str.split("""
    matvec vecmat unstack cumulative_sum cumulative_prod
    trapz row_stack in1d fix
    float128 complex256
    linalg.svdvals linalg.matrix_norm linalg.vector_norm linalg.vecdot
""")

WITHOUT = """
import warnings
import numpy as np
for path in {names!r}:
    *modules, name = path.split(".")
    owner = np.linalg if modules else np
    if name in vars(owner):
        delattr(owner, name)
warnings.simplefilter("error")
import autograd_core
t = autograd_core.Tensor([1.0, 2.0, 4.0], requires_grad=True)
np.sum(np.tanh(t) * t[::-1] + np.real(np.fft.fft(t))).backward()
print(t.grad.shape)
"""

# `inspect` reads signatures; a newer NumPy has imported it already. The others take no time.
IMPORTED = """
import sys
import numpy, contextvars, importlib, inspect, operator, string, weakref
before = set(sys.modules)
import autograd_core
print(*sorted(name for name in set(sys.modules) - before if name.partition(".")[0] != "autograd_core"))
print(*sorted(name for name in sys.modules if name.startswith("autograd_core.")))
"""


def python(code):
    """What the code prints in a Python of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("names", [*([name] for name in OPTIONAL), OPTIONAL], ids=[*OPTIONAL, "all of them"])
def test_import_without_optional_names_of_numpy(names):
    assert python(WITHOUT.format(names=names)) == "(3,)\n"


def test_import_brings_numpy_and_nothing_else():
    others, own = python(IMPORTED).splitlines()
    assert others.split() == []
    # what waits for its first use, or is a program of its own
    assert {"autograd_core.derivatives.spectral", "autograd_core.derivatives.coverage"} & set(own.split()) == set()


def test_import_writes_no_warning():
    assert python("import warnings; warnings.simplefilter('error'); import autograd_core") == ""

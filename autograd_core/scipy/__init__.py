"""SciPy's functions under SciPy's names, for arrays and Tensors: `from autograd_core.scipy import linalg; linalg.expm(t)`.

One file or folder for each of SciPy's modules, loaded when it is first used. `declaring` says how a function is put in, and
`binding` binds the arguments of a call. `python -m autograd_core.scipy docs/api/scipy.md` writes the lists on that page.
Most of `scipy.special` are NumPy ufuncs, which take Tensors as they stand; `special` here has those that are none too.
"""

import importlib
import pkgutil

try:
    import scipy
except ImportError:
    raise ImportError("autograd_core.scipy needs SciPy, which is not installed; write pip install scipy") from None

OLDEST = (1, 14)

if tuple(map(int, scipy.__version__.split(".")[:2])) < OLDEST:
    raise ImportError(
        f"autograd_core.scipy needs SciPy {'.'.join(map(str, OLDEST))} or newer, got {scipy.__version__}; "
        "write pip install -U scipy"
    )

OURS = {"__main__", "binding", "declaring", "implicit", "solved", "splines"}  # no module of SciPy's

__all__ = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in OURS)


def __getattr__(name):
    if name not in __all__:
        there = ", ".join(__all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; of SciPy's modules there are {there}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__():
    return __all__

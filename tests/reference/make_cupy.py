"""Records which of NumPy's functions CuPy has, with which arguments: python -m tests.reference.make_cupy (it needs no GPU).

The strict device of tests/arrays has these and no other, so that the tests need no CuPy.
"""

import inspect
import json
import pathlib

import cupy
import numpy as np

PLACES = {"": (np, cupy), "linalg": (np.linalg, cupy.linalg), "fft": (np.fft, cupy.fft)}


def arguments(function):
    """The signature as text; defaults that are no literals as None."""
    plain = lambda p: p.replace(annotation=p.empty, default=p.default if p.default is p.empty or is_literal(p.default) else None)
    return str(inspect.Signature([plain(p) for p in inspect.signature(function).parameters.values()]))


def is_literal(value):
    return value is None or type(value) in (bool, int, str) or (type(value) is float and value == value)


def recorded():
    functions, ufuncs, at = {}, [], []
    for place, (numpys, its) in PLACES.items():
        for name in sorted(vars(numpys)):
            if name[0] == "_" or not callable(getattr(numpys, name)) or isinstance(getattr(numpys, name), type):
                continue
            function = getattr(its, name, None)
            if function is None:
                continue
            path = f"{place}.{name}".lstrip(".")
            if isinstance(getattr(numpys, name), np.ufunc):
                ufuncs.append(path)
                if hasattr(function, "at"):
                    at.append(path)
            try:
                functions[path] = arguments(function)
            except ValueError:
                functions[path] = None
    functions["lib.stride_tricks.sliding_window_view"] = arguments(cupy.lib.stride_tricks.sliding_window_view)
    return {"version": cupy.__version__, "ufuncs": ufuncs, "functions": functions}


if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("cupy.json")
    path.write_text(json.dumps(recorded(), indent=0) + "\n", encoding="utf-8")

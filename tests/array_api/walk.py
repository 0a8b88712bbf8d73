"""What of SciPy, and of other libraries that are written for the Array API standard, works with Tensors.

`python -m tests.array_api.walk docs/array-api-coverage.md` calls all that `calls.txt` names and writes what came of it into that
page; with `--json`, and names of modules, it prints it. SCIPY_ARRAY_API has to be set before SciPy is imported: hence a program
of its own. A call is

    works       its values are those for plain arrays, and the gradients what finite differences say
    constant    its result does not depend on the argument, but for jumps, and is no part of a graph
    refuses     an error of this package
    fails       another error
    cuts        its result depends on the argument and is no part of a graph: it was found by comparisons alone
    wrong       other values, or other gradients
    invalid     not one that can be made with plain arrays
"""

import importlib
import inspect
import io
import json
import os
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

from autograd_core import Tensor, array_api
from autograd_core.errors import AutogradError, GradientError
from autograd_core.testing import gradcheck

if __name__ == "__main__":  # not in a process that only looks something up here
    os.environ["SCIPY_ARRAY_API"] = "1"  # SciPy is imported later

X = np.array([0.3127, 0.7216, 0.5538, 0.1819, 0.8341, 0.4463, 0.6389, 0.2752, 0.4907])
STEP = 1e-4 * np.cos(np.arange(9.0))
START, END = "<!-- python -m tests.array_api.walk docs/array-api-coverage.md -->", "<!-- end of the table -->"
MEANING = {
    "works": "gradients checked against finite differences",
    "constant": "orders, ranks and counts, which have no derivative",
    "refuses": "an error of `autograd_core`, which says what would be cut",
    "fails": "an error of the library's own",
    "cuts": "a plain number that depends on the argument; it was found by comparisons alone, which no error can prevent",
}


def calls():
    """[(module, expression, [name of a function, …]), …]"""
    found, module = [], None
    for line in Path(__file__).with_name("calls.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            module = line.strip("[]")
        elif line.startswith(" "):
            found[-1][2].extend(line.split())
        elif not line.startswith("#"):
            call, _, names = line.rpartition("::")
            found.append((module, call.strip(), names.split()))
    return found


def made(call, function, x):
    """The floats and complex numbers among the results of a call, as a list of arrays or Tensors."""
    from scipy.spatial.transform import Rotation
    from scipy.stats.qmc import Halton

    y, z = 1.3 * x**2 + 0.05, (1.1 - x) ** 3 + 0.2
    given = {"f": function, "np": np, "Halton": Halton, "Rotation": Rotation, "x": x * 1, "y": y, "z": z}
    given["C"] = (lambda a: array_api.asarray(np.asarray(a))) if isinstance(x, Tensor) else np.asarray
    given["A"], given["B"] = np.reshape(x, (3, 3)) + 2 * np.eye(3), np.reshape(x[:8], (4, 2))
    given["long"] = np.concatenate([x] * 5)
    return numbers(eval(call, given))


def numbers(result):
    if isinstance(result, (Tensor, np.ndarray, np.generic)):
        return [result] if result.dtype.kind in "fc" else []
    if isinstance(result, (float, complex)):
        return [np.asarray(result)]
    parts = result.values() if isinstance(result, dict) else result if isinstance(result, (list, tuple)) else ()
    return [number for part in parts for number in numbers(part)]


def judge(call, function):
    """(what is said above, why) of one call."""
    try:
        expected, moved = made(call, function, X), made(call, function, X + STEP)
    except Exception as error:
        return "invalid", f"{type(error).__name__}: {error}"
    if not expected:
        return "invalid", "no number in the result"
    try:
        found = made(call, function, Tensor(X, requires_grad=True))
    except AutogradError as error:
        return "refuses", f"{type(error).__name__}: {error}"
    except Exception as error:
        return "fails", f"{type(error).__name__}: {error}"
    if len(found) != len(expected):
        return "wrong", f"{len(expected)} results, {len(found)} with a Tensor"
    recorded = [isinstance(one, Tensor) and one.requires_grad for one in found]
    for one, plain, after, kept in zip(found, expected, moved, recorded, strict=True):
        if not same(one.numpy() if isinstance(one, Tensor) else one, plain, 1e-8):
            return "wrong", f"{plain} is {one} with a Tensor"
        if not kept and not same(plain, after, 1e-9):
            return "cuts", f"{plain} depends on x, and is cut out of the graph"
    if not any(recorded):
        return "constant", ""

    def mixed(x):
        total = 0
        for k, (part, kept) in enumerate(zip(made(call, function, x), recorded, strict=True)):
            if kept:
                weights = np.cos(np.arange(part.size) + k).reshape(part.shape)
                total = total + np.sum(weights * np.real(part))
                total = total + np.sum(np.sin(3 + weights) * np.imag(part)) if part.dtype.kind == "c" else total
        return total

    try:
        gradcheck(mixed, X, order=1, modes=("reverse",))
    except (GradientError, ValueError) as error:
        return "wrong", f"{type(error).__name__}: {error}"
    return "works", ""


def same(a, b, tolerance):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=1e-3 * tolerance, equal_nan=True)


def walk(modules=()):
    """{module: {name: [(call, verdict, why), …]}}"""
    found = {}
    for module, call, names in calls():
        if modules and module not in modules:
            continue
        try:
            library = importlib.import_module(module)
        except ImportError:
            continue
        if module.startswith("sklearn"):
            importlib.import_module("sklearn").set_config(array_api_dispatch=True)
        for name in names:
            function = library
            for part in name.split("."):
                function = getattr(function, part, None)
            if function is not None:
                with warnings.catch_warnings(), redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                    warnings.simplefilter("ignore")
                    found.setdefault(module, {}).setdefault(name, []).append((call, *judge(call, function)))
    return found


def left_out(module, called):
    """The public functions of a module that are not called."""
    library = importlib.import_module(module)
    names = [name for name in getattr(library, "__all__", dir(library)) if inspect.isroutine(getattr(library, name, None))]
    return sorted(set(names) - set(called)) if module.startswith("scipy.") and module != "scipy.special" else []


def version():
    import scipy

    return ".".join(scipy.__version__.split(".")[:2])


def markdown(found):
    lines = [f"Of SciPy {version()}:", ""]
    for module, functions in found.items():
        lines += [f"## {module}", ""]
        for verdict, meaning in MEANING.items():
            names = [name for name, judged in functions.items() if any(one[1] == verdict for one in judged)]
            if names:
                names = ", ".join(f"`{name}`" for name in sorted(names))
                lines += [f"**{verdict.capitalize()}**, {meaning}: {names}", ""]
        rest = left_out(module, functions)
        if rest:
            lines += [f"Not called: {', '.join(f'`{name}`' for name in rest)}", ""]
    return "\n".join(lines)


def main(arguments):
    modules = [one for one in arguments if one != "--json" and not one.endswith(".md")]
    found = walk(modules)
    if "--json" in arguments:
        print(json.dumps({"version": version(), "found": found, "page": markdown(found)}))
    for path in [Path(one) for one in arguments if one.endswith(".md")]:
        before, _, rest = path.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        path.write_text(f"{before}{START}\n\n{markdown(found)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What is differentiable in NumPy and scipy.special, in Markdown: `python -m autograd_core.derivatives.coverage` prints it.

`python -m autograd_core.derivatives.coverage docs/numpy.md docs/scipy.md` writes it into these files, between START and END.
"""

import importlib
import importlib.util
import sys
import types
import warnings
from pathlib import Path

import numpy as np

from autograd_core.derivatives import table
from autograd_core.derivatives.classification import NOT_DISPATCHED

START, END = "<!-- coverage: python -m autograd_core.derivatives.coverage docs/numpy.md -->", "<!-- end of coverage -->"
SCIPY_START = "<!-- coverage of SciPy: python -m autograd_core.derivatives.coverage docs/scipy.md -->"
MODULES = {"numpy": "", "numpy.linalg": "linalg.", "numpy.fft": "fft."}
SCIPY_MODULES = {"scipy.special": "special."}
CLASSES = {
    "differentiable": "recorded, with derivatives of every order",
    "value only": "no derivative by nature: works on the value and returns plain NumPy",
    "not supported": "raises a `TypeError` on a Tensor of a graph, which names what to write instead",
    "not dispatched": "constructors and settings, not handed over by NumPy; a conversion of a recorded Tensor raises",
}
SCIPY_CLASSES = CLASSES | {
    "not dispatched": "in Python, or no function of numbers; SciPy hands none of them over, and a recorded Tensor raises",
}


def public_functions(module):
    """{path: function} of the public functions of a module, ufuncs included; classes are no functions."""
    namespace = importlib.import_module(module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        items = {name: getattr(namespace, name) for name in dir(namespace) if not name.startswith("_")}
    prefix = (MODULES | SCIPY_MODULES)[module]
    return {prefix + name: f for name, f in items.items() if callable(f) and not isinstance(f, (type, types.ModuleType))}


def not_dispatched():
    """The names of what neither NumPy nor SciPy hands over."""
    late = sys.modules.get("autograd_core.derivatives.special.classification")
    return NOT_DISPATCHED if late is None else NOT_DISPATCHED | late.NOT_DISPATCHED


def written_with_others(path):
    """Whether a function of scipy.special is written with others, which are in the table."""
    late = sys.modules.get("autograd_core.derivatives.special.classification")
    return late is not None and path in late.WRITTEN_WITH_OTHERS


def classes_of(path, function):
    """The classes that the table has for a function: exactly one, which is tested."""
    holds = (
        function in table.TABLE or function in table.COMPOSED or written_with_others(path),
        function in table.VALUE_ONLY,
        function in table.UNSUPPORTED,
        path in not_dispatched(),
    )
    return [name for name, here in zip(CLASSES, holds, strict=True) if here]


def classify(modules=MODULES):
    """{module: {class: {path: function}}} for the installed NumPy, or SciPy."""
    load_everything()
    classes = {module: {name: {} for name in CLASSES} for module in modules}
    for module in modules:
        for path, function in public_functions(module).items():
            for name in classes_of(path, function):
                classes[module][name][path] = function
    return classes


def load_everything():
    """Load the families of derivatives that otherwise wait for the first use of their functions; of SciPy's, if it is there."""
    for module, family in table.LATE.items():
        if module.startswith("numpy.") or has_scipy():
            importlib.import_module(family)


def has_scipy():
    return importlib.util.find_spec("scipy") is not None


def version(library=np):
    """That of the installed NumPy or SciPy, as far as functions come and go with it."""
    return ".".join(library.__version__.split(".")[:2])


def markdown(modules=MODULES, classes_shown=CLASSES):
    """The coverage of the installed NumPy, or SciPy, a heading for each of its modules."""
    lines = []
    for module, classes in classify(modules).items():
        lines += [f"### {module}", ""]
        for name, functions in classes.items():
            if functions:
                lines += [f"**{name.capitalize()}** ({len(functions)}), {classes_shown[name]}:", ""]
                lines += _with_hints(functions) if name == "not supported" else _names(functions)
                lines += [""]
    return "\n".join(lines)


def _names(functions):
    return [", ".join(f"`{path.rpartition('.')[2]}`" for path in sorted(functions))]


def _with_hints(functions):
    hints = {}
    for path, function in sorted(functions.items()):
        hints.setdefault(table.UNSUPPORTED[function], []).append(f"`{path.rpartition('.')[2]}`")
    return ["| function | instead |", "|---|---|", *(f"| {', '.join(names)} | {hint} |" for hint, names in hints.items())]


def updated(text):
    """A text with the coverage between its START and END."""
    of_scipy = SCIPY_START in text
    start = SCIPY_START if of_scipy else START
    before, _, rest = text.partition(start)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"coverage: the text must have the lines {START} (or {SCIPY_START}) and {END}")
    if not of_scipy:
        return f"{before}{start}\n\nOf NumPy {version()}:\n\n{markdown()}\n{END}{after}"
    scipy = importlib.import_module("scipy")
    return f"{before}{start}\n\nOf SciPy {version(scipy)}:\n\n{markdown(SCIPY_MODULES, SCIPY_CLASSES)}\n{END}{after}"


def main(arguments):
    if not arguments:
        print(f"Coverage of NumPy {np.__version__}\n\n{markdown()}")
        if has_scipy():
            scipy = importlib.import_module("scipy")
            print(f"Coverage of SciPy {scipy.__version__}\n\n{markdown(SCIPY_MODULES, SCIPY_CLASSES)}")
    for path in map(Path, arguments):
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What is differentiable in NumPy, in Markdown: `python -m autograd_core.coverage` prints it.

`python -m autograd_core.coverage README.md` writes it into that file, between the lines START and END.
"""

import importlib
import sys
import types
import warnings
from pathlib import Path

import numpy as np

from autograd_core.derivatives import table
from autograd_core.derivatives.classification import NOT_DISPATCHED
from autograd_core.tensor.dispatch import LATE

START, END = "<!-- coverage: python -m autograd_core.coverage README.md -->", "<!-- end of coverage -->"
MODULES = {"numpy": "", "numpy.linalg": "linalg.", "numpy.fft": "fft."}
CLASSES = {
    "differentiable": "recorded, with derivatives of every order",
    "value only": "no derivative by nature: works on the value and returns plain NumPy",
    "not supported": "raises a `TypeError` on a Tensor of a graph, which names what to write instead",
    "not dispatched": "constructors and settings, not handed over by NumPy; a conversion of a recorded Tensor raises",
}


def public_functions(module):
    """{path: function} of the public functions of one of NumPy's modules, ufuncs included; classes are no functions."""
    found = importlib.import_module(module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        items = {name: getattr(found, name) for name in dir(found) if not name.startswith("_")}
    return {MODULES[module] + name: f for name, f in items.items() if callable(f) and not isinstance(f, (type, types.ModuleType))}


def classes_of(path, function):
    """The classes that the table has for a function: exactly one, which is tested."""
    holds = (
        function in table.TABLE or function in table.COMPOSED,
        function in table.VALUE_ONLY,
        function in table.UNSUPPORTED,
        path in NOT_DISPATCHED,
    )
    return [name for name, here in zip(CLASSES, holds, strict=True) if here]


def classify():
    """{module: {class: {path: function}}} for the installed NumPy."""
    load_everything()
    found = {module: {name: {} for name in CLASSES} for module in MODULES}
    for module in MODULES:
        for path, function in public_functions(module).items():
            for name in classes_of(path, function):
                found[module][name][path] = function
    return found


def load_everything():
    """Load the families of derivatives that otherwise wait for the first use of their functions."""
    for family in LATE.values():
        importlib.import_module(family)


def version():
    """That of the installed NumPy, as far as functions come and go with it."""
    return ".".join(np.__version__.split(".")[:2])


def markdown():
    """The coverage of the installed NumPy, a heading for each of its modules."""
    lines = []
    for module, classes in classify().items():
        lines += [f"### {module}", ""]
        for name, functions in classes.items():
            if functions:
                lines += [f"**{name.capitalize()}** ({len(functions)}), {CLASSES[name]}:", ""]
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
    before, _, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"coverage: the text must have the lines {START} and {END}")
    return f"{before}{START}\n\nOf NumPy {version()}:\n\n{markdown()}\n{END}{after}"


def main(arguments):
    if not arguments:
        print(f"Coverage of NumPy {np.__version__}\n\n{markdown()}")
    for path in map(Path, arguments):
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

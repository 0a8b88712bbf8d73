"""Idioms of courses, each run by PyTorch once, whose results are recorded, and by `autograd_core.compat.torch` in every test.

    ## a title
    code, as a course has it

`torch`, `nn`, `F`, `np` and `math` are imported; `data` and `ints` make the same numbers for both, `same` the same weights. What
an idiom leaves in variables whose names do not begin with `_` is compared: values, shapes, dtypes, whether a gradient is
required. `programs/*.py` are whole lessons with their imports, of which `results` is compared. `python -m
tests.compat.torch.record` runs all of them under PyTorch and writes `recorded.json`.
"""

import itertools
import math
import operator
import pathlib
import re
import types

import numpy as np

FOLDER = pathlib.Path(__file__).parent
HERE = "autograd_core.compat.torch"
HEADER = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nimport numpy as np\nimport math\n"


def idioms():
    """{"file: title": code}"""
    found = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, code = part.partition("\n")
            key = f"{file.stem}: {title.strip()}"
            assert key not in found, f"{key} is there twice"
            found[key] = code.strip() + "\n"
    return found


def programs():
    """{name: code}"""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((FOLDER / "programs").glob("*.py"))}


def changed(code):
    """The code with its imports changed, and nothing else."""
    code = re.sub(r"^(\s*)import torch$", rf"\1import {HERE} as torch", code, flags=re.MULTILINE)
    code = re.sub(r"^(\s*)import torch\.", rf"\1import {HERE}.", code, flags=re.MULTILINE)
    return re.sub(r"^(\s*)from torch(\.| )", rf"\1from {HERE}\2", code, flags=re.MULTILINE)


def run(code, change=lambda code: code):
    """{variable: value} that the code leaves."""
    names = {"__name__": "__main__", "math": math}
    exec(change(HEADER), names)
    torch = names["torch"]
    names["data"] = lambda *shape, seed=0: torch.tensor(np.random.RandomState(seed).randn(*shape).astype(np.float32))
    names["ints"] = lambda low, high, *shape, seed=0: torch.tensor(np.random.RandomState(seed).randint(low, high, shape))

    def same(module, seed=0):
        """The module with weights that are the same for both."""
        for i, parameter in enumerate(module.parameters()):
            parameter.data = names["data"](*parameter.shape, seed=seed + i) * 0.3
        return module

    names["same"] = same
    before = set(names)
    exec(compile(change(code), "<idiom>", "exec"), names)
    left = {name: value for name, value in names.items() if name not in before and name[0] != "_"}
    return {name: told for name, value in left.items() if (told := encoded(value)) is not None}


def program(code, change=lambda code: code):
    """What a whole program leaves in `results`."""
    names = {"__name__": "__main__"}
    exec(compile(change(code), "<program>", "exec"), names)
    return encoded(names["results"])


OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lt", "and_")
OPERANDS = {
    "float32": "torch.ones(2)", "float64": "torch.ones(2).double()", "int64": "torch.ones(2).long()",
    "uint8": "torch.ones(2).byte()", "int32": "torch.ones(2).int()", "bool": "torch.ones(2).bool()",
    "a float32": "torch.tensor(1.0)", "a float64": "torch.tensor(1.0).double()", "an int64": "torch.tensor(1)",
    "a bool": "torch.tensor(True)", "1": "1", "1.5": "1.5", "True": "True",
    "np.float64": "np.float64(1.5)", "np.int64": "np.int64(2)",
}  # fmt: skip


def dtypes_of_results(torch):
    """{"add: float32, int64": dtype} of all pairs of operands; what is an error is left out."""
    values = {name: eval(code, {"torch": torch, "np": np}) for name, code in OPERANDS.items()}
    found = {}
    for name in OPERATORS:
        for (a, x), (b, y) in itertools.product(values.items(), values.items()):
            if hasattr(x, "detach") or hasattr(y, "detach"):
                try:
                    found[f"{name}: {a}, {b}"] = str(getattr(operator, name)(x, y).dtype)
                except (RuntimeError, TypeError):
                    continue
    return found


def encoded(value):
    """A value as JSON has it; None for what is not compared."""
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, types.NoneType):
        return "None"
    if hasattr(value, "requires_grad") and hasattr(value, "detach"):
        array = value.detach().numpy()
        return {"tensor": str(value.dtype), "shape": list(array.shape), "values": _numbers(array), "grad": value.requires_grad}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        return {"array": str(array.dtype), "shape": list(array.shape), "values": _numbers(array)}
    if isinstance(value, (list, tuple)):
        parts = [encoded(part) for part in value]
        return None if any(part is None for part in parts) else parts
    if isinstance(value, dict):
        return {str(key): encoded(part) for key, part in value.items()}
    return str(value) if type(value).__name__ in ("dtype", "device") else None


def _numbers(array):
    if array.dtype.kind == "c":
        return _numbers(np.stack([array.real, array.imag]))
    numbers = array.ravel()
    if array.size > 200:  # some of them, and the mean of all and of their squares
        means = [np.mean(numbers, dtype=float), np.mean(np.square(numbers, dtype=float))]
        return [*_numbers(numbers[:: array.size // 50]), *means]
    return [float(f"{x:.8g}") if array.dtype == np.float32 else x for x in numbers.tolist()]


def difference(wanted, found, rtol=1e-5, atol=2e-6, path=""):
    """Where two encoded values differ, in words, or None."""
    if isinstance(wanted, dict) and "values" in wanted and "shape" in wanted:
        if not isinstance(found, dict) or any(wanted.get(k) != found.get(k) for k in ("tensor", "array", "shape", "grad")):
            told = {k: v for k, v in found.items() if k != "values"} if isinstance(found, dict) else found
            return f"{path}: { ({k: v for k, v in wanted.items() if k != 'values'}) } became {told}"
        a, b = np.array(wanted["values"], float), np.array(found["values"], float)
        if "float64" in str(wanted):
            rtol, atol = min(rtol, 1e-10), min(atol, 1e-12)
        close = np.allclose(a, b, rtol, atol, equal_nan=True)
        return None if close else f"{path}: {wanted['values'][:6]} became {found['values'][:6]}"
    if isinstance(wanted, dict):
        if not isinstance(found, dict) or wanted.keys() != found.keys():
            return f"{path}: {sorted(wanted)} became {sorted(found) if isinstance(found, dict) else found}"
        return next((d for k in wanted if (d := difference(wanted[k], found[k], rtol, atol, f"{path}.{k}"))), None)
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(wanted) != len(found):
            return f"{path}: {wanted} became {found}"
        pairs = enumerate(zip(wanted, found, strict=True))
        return next((d for i, (a, b) in pairs if (d := difference(a, b, rtol, atol, f"{path}[{i}]"))), None)
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return None if math.isclose(wanted, found, rel_tol=max(rtol, 1e-5), abs_tol=atol) else f"{path}: {wanted} became {found}"
    return None if wanted == found and type(wanted) is type(found) else f"{path}: {wanted!r} became {found!r}"

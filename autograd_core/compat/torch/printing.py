"""Tensors as PyTorch prints them: `tensor([1.0000, 2.5000], grad_fn=<MulBackward0>)`."""

import math

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.boundary import meaning
from autograd_core.compat.torch.words import DTYPES, LEGACY, Default

SHOWN_WHOLE, EDGE, WIDTH = 1000, 3, 80


def text(tensor):
    """What `repr` and `print` say of a Tensor."""
    with meaning(True):
        values = np.asarray(core.Tensor.numpy(tensor))
    suffixes = _suffixes(tensor, values.dtype)
    if values.size == 0:
        size = [] if values.ndim == 1 else [f"size={values.shape}"]
        return f"tensor({', '.join(['[]', *size, *suffixes])})"
    prefix = f"{'Parameter containing:' + chr(10) if _is_parameter(tensor) else ''}tensor("
    body = _body(values, len("tensor("), values.size > SHOWN_WHOLE)
    out = prefix + body
    column = len(out) - out.rfind("\n") - 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > WIDTH:
            out, column = out + ",\n" + " " * len("tensor(") + suffix, len("tensor(") + len(suffix)
        else:
            out, column = out + ", " + suffix, column + len(suffix) + 2
    return out + ")"


def _is_parameter(tensor):
    return type(tensor).__name__ == "Parameter"


def _suffixes(tensor, dtype):
    suffixes = []
    if dtype not in (Default.float, np.dtype(np.int64), np.dtype(bool)):
        suffixes.append(f"dtype=torch.{dtype.name}")
    if not core.Tensor.is_leaf.fget(tensor):
        suffixes.append(f"grad_fn={GradFn.of(tensor)!r}")
    elif core.Tensor.requires_grad.fget(tensor):
        suffixes.append("requires_grad=True")
    return suffixes


def _body(values, indent, summarize):
    shown = _edges(values) if summarize else values
    return _nested(values, indent, summarize, *_writer(shown.ravel()))


def _edges(values):
    for axis, n in enumerate(values.shape):
        if n > 2 * EDGE:
            values = np.take(values, [*range(EDGE), *range(n - EDGE, n)], axis=axis)
    return values


def _nested(values, indent, summarize, write, width):
    if values.ndim == 0:
        return write(values[()])
    skipped = summarize and len(values) > 2 * EDGE
    rows = [*values[:EDGE], None, *values[-EDGE:]] if skipped else list(values)
    if values.ndim == 1:
        items = [" ..." if row is None else write(row) for row in rows]
        per_line = max(1, (WIDTH - indent) // (width + 2))
        lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    parts = ["..." if row is None else _nested(row, indent + 1, summarize, write, width) for row in rows]
    return "[" + ("," + "\n" * (values.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _writer(values):
    """(the function that writes one number, the width): all that is finite and not 0 has the same width."""
    if values.dtype.kind in "iub":
        width = max(len(str(value)) for value in values)
        return (lambda value: str(value).rjust(width)), width
    if values.dtype.kind == "c":
        (real, a), (imag, b) = _writer(values.real), _writer(np.abs(values.imag))
        return (lambda z: real(z.real) + ("-" if z.imag < 0 else "+") + imag(abs(z.imag)).strip() + "j"), a + b + 1
    finite = values[np.isfinite(values) & (values != 0)].astype(float)
    style, whole = ".0f", all(value == math.ceil(value) for value in finite)
    if finite.size:
        least, greatest = np.abs(finite).min(), np.abs(finite).max()
        scientific = greatest / least > 1000 or greatest > 1e8 or least < 1e-4
        style = ".4e" if scientific else ".0f" if whole else ".4f"
    dot = style == ".0f"
    write = lambda value: format(float(value), style) + ("." if dot and math.isfinite(value) else "")
    width = max([len(write(value)) for value in finite], default=1)
    return (lambda value: write(value).rjust(width)), width


TYPE_NAMES = {dtype: name for name, dtype in LEGACY.items()}


def type_name(dtype):
    """ "torch.FloatTensor" for "float32"."""
    return f"torch.{TYPE_NAMES.get(dtype, dtype)}"


def dtype_named(name):
    """torch.float32 for "torch.FloatTensor"."""
    return DTYPES[LEGACY[name.removeprefix("torch.")]]


class GradFn:
    """The operation that made a Tensor: its name, and `next_functions`, those that made its operands."""

    WORDS = {  # noqa: RUF012
        "multiply": "MulBackward0", "divide": "DivBackward0", "subtract": "SubBackward0", "power": "PowBackward0",
        "matmul": "MmBackward0", "mse_loss": "MseLossBackward0", "linear": "AddmmBackward0", "negative": "NegBackward0",
        "reshape": "ViewBackward0", "getitem": "SelectBackward0", "setitem": "CopySlices", "copy": "CloneBackward0",
        "absolute": "AbsBackward0", "cross_entropy": "NllLossBackward0", "expand_dims": "UnsqueezeBackward0",
        "concatenate": "CatBackward0", "stack": "StackBackward0",
    }  # fmt: skip

    def __init__(self, record, by_id):
        self._record, self._by_id = record, by_id

    @classmethod
    def of(cls, tensor):
        """That of a Tensor which is a result."""
        from autograd_core.visualize import records

        nodes = records(tensor, constants=False)
        by_id = {record.id: record for record in nodes}
        last = next(record for record in reversed(nodes) if record.kind == "op")
        return cls(last, by_id)

    def name(self):
        """ "MulBackward0" """
        op = self._record.op or "AccumulateGrad"
        return self.WORDS.get(op) or "".join(part.capitalize() for part in op.split("_")) + (
            "Backward0" if self._record.op else ""
        )

    @property
    def next_functions(self):
        """((function, 0), …) of the operands that are part of the graph."""
        inputs = [self._by_id[edge.id] for edge in self._record.inputs if edge.id in self._by_id]
        return tuple((GradFn(record, self._by_id), 0) for record in inputs)

    def __repr__(self):
        return f"<{self.name()}>"

"""Loops over many short rows, which NumPy makes slowly, written in another way."""

import numpy as np

from autograd_core.capturing.program.order import in_memory
from autograd_core.capturing.program.program import Value


class Rows:
    """The part of a `Writer` that writes them."""

    def repeated(self, call, args):
        """The arguments of a sum, with a short row or column repeated to the size of the result by a product with ones.

        NumPy's own loop takes 2.3 µs for 400 rows of 4, this 1.1; and it takes memory, as much as the result, each time.
        """
        out, operands = call.out, call.operands
        widest = 32 if out.dtype.char == "d" else 10
        short = out.ndim == 2 and out.shape[1] < widest and 256 <= out.size <= 8192 and out.dtype.char in "fd"
        if not short or call.function not in (np.add, np.subtract) or len(operands) != 2:
            return args
        (n, m), args = out.shape, list(args)
        for i, (one, other) in enumerate((operands, operands[::-1])):
            array = self.bound.get(one)
            if array is None or other.shape != out.shape or not one.dtype == other.dtype == out.dtype:
                continue
            if one.shape in ((m,), (1, m)) and m > 1:
                factors = self.ones((n, 1), out.dtype), self.once("b", array.reshape(1, m))
            elif one.shape == (n, 1) and m > 1:
                factors = self.names[one], self.ones((1, m), out.dtype)
            else:
                continue
            flat = self.buffers.get(out.shape, out.dtype)
            self.buffers.put(flat)
            args[i] = self.name("b", flat.reshape(n, m))
            self.line(f"{self.function(np.dot)}({', '.join(factors)}, {args[i]})")
        return args

    def ones(self, shape, dtype):
        """The name of an array of ones."""
        key = ("ones", shape, dtype)
        if key not in self.functions:
            self.functions[key] = self.name("k", np.ones(shape, dtype))
        return self.functions[key]

    def by_columns(self, call, axis):
        """The greatest of each short row, in a copy in which they are columns: 34 µs instead of 338 for 4,096 rows of 16."""
        x = call.args[0]
        array, out = self.bound.get(x) if type(x) is Value else None, self.bound[call.out]
        if array is None or call.function not in (np.maximum.reduce, np.minimum.reduce):
            return False
        last = axis in (-1, x.ndim - 1, (-1,), (x.ndim - 1,))
        if not (last and x.ndim > 1 and 1 < x.shape[-1] <= 32 and x.size >= 256 and in_memory(array)[-1] == x.ndim - 1):
            return False
        flat = self.buffers.get(x.shape, x.dtype)
        self.buffers.put(flat)
        turned = self.name("b", flat.reshape(x.shape[-1:] + x.shape[:-1]))
        self.line(f"{self.function(np.copyto)}({turned}, {self.name('b', np.moveaxis(array, -1, 0))})")
        out = out[..., 0] if call.kwargs.get("keepdims") else out
        self.line(f"{self.function(call.function)}({turned}, 0, None, {self.name('b', out)})", call)
        return True

"""Calls that NumPy has no `out=` for, or none that is quick, written so that their results are in buffers nevertheless."""

import operator
from functools import cached_property

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import reshaped, setitem, ufunc_at
from autograd_core.capturing.program.order import arranged
from autograd_core.capturing.program.program import Value, signature_of, values_in

FILLS = {np.zeros_like: 0, np.ones_like: 1, np.full_like: None}
TESTS = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isnan, np.isfinite, np.isinf, np.signbit,
    np.logical_not,
}  # fmt: skip
JOINED = {np.logical_and, np.logical_or, np.bitwise_and, np.bitwise_or, np.invert}


class Into:
    """The part of a `Writer` that knows these ways."""

    def otherwise(self, call, i):
        """Write the call in one of these ways; False if there is none for it."""
        function = call.function
        if function is np.copy:
            self.line(f"{self.function(np.copyto)}({self.out(call.out, call, i)}, {self.text(call.args[0])})", call)
        elif function is ufunc_at:
            self.added_at(call, i)
        elif function is reshaped:
            self.reshaped(call, i)
        elif function in FILLS:
            return self.filled(call, i)
        elif function is np.where:
            return self.masked(call, i)
        elif functions.takes_keyword(call):
            arguments = [*map(self.text, call.args), *(f"{name}={self.text(item)}" for name, item in call.kwargs.items())]
            self.line(f"{self.function(function)}({', '.join(arguments)}, out={self.out(call.out, call, i)})", call)
        else:
            return False
        return True

    def reshaped(self, call, i):
        """A copy into the buffer, in the shape that the array has before."""
        array, _, order = call.args
        out = self.out(call.out, call, i)
        before = self.seen(self.bound[call.out].reshape(array.shape, order=order), f"reshape({out}, {array.shape}, {order!r})")
        self.line(f"{self.function(np.copyto)}({before}, {self.text(array)})", call)

    def seen(self, array, text):
        """The name of a view that is made now, once."""
        name = self.name("b", array)
        self.views.append((name, text))
        return name

    def added_at(self, call, i):
        """`ufunc.at` on the buffer."""
        array, ufunc, *others = call.args
        out = self.out(call.out, call, i, [array] if type(array) is Value else ())
        if type(array) is not Value or self.names[array] != out:
            self.line(f"{self.function(np.copyto)}({out}, {self.text(array)})", call)
        self.line(f"{self.function(ufunc.at)}({', '.join([out, *map(self.text, others)])})", call)

    def filled(self, call, i):
        """An array of one number."""
        value, fill = call.out, FILLS[call.function]
        if fill is None:
            fill = call.kwargs["fill_value"] if "fill_value" in call.kwargs else call.args[1]
        if type(fill) is Value or np.ndim(fill):
            return False
        if value in self.frames:  # filled now, once
            flat = np.full(value.size, fill, value.dtype)
            self.buffers.made.append(flat)
            self.bind(value, arranged(flat, value.shape, self.axes(value)))
        else:
            self.line(f"{self.out(value, call, i)}.fill({self.text(fill)})", call)
        return True

    @cached_property
    def frames(self):
        """Filled arrays to which no more happens than that one and the same part is set, as in padding."""
        found, wanted = set(), set(self.program.wanted())
        for call in self.program.calls:
            uses = self.uses.get(call.out, ()) if call.function in FILLS and call.out not in wanted else ()
            if len(uses) == 1 and uses[0].function is setitem and uses[0].args[0] is call.out:
                change, (_, index, new) = uses[0], uses[0].args
                later = self.uses.get(change.out, ())
                changed = any(use.function in (setitem, ufunc_at) and use.args[0] is change.out for use in later)
                if new is not call.out and not changed and next(values_in(index), None) is None:
                    found.add(call.out)
        return found

    def masked(self, call, i):
        """`np.where(test, a, b)` without branches, which the processor can't foretell: by what the bits of numbers are.

        They are multiplied by the test, where the other is 0; otherwise a is b with those bits changed in which they differ.
        300,000 elements take 92 µs and 150 instead of 705; small arrays, and long numbers, are left to NumPy in the second case.
        """
        if len(call.args) != 3 or call.kwargs:
            return False
        value, (test, a, b) = call.out, call.args
        if not is_test(test, self.origins) or value.dtype.kind not in "fiu" or value.dtype.itemsize > 8:
            return False
        fits = [type(x) is Value and bool(x.shape) and x.dtype == value.dtype for x in (a, b)]
        test, multiply, bits = self.viewed(test, "i1"), self.function(np.multiply), f"i{value.dtype.itemsize}"
        if fits[0] and is_zero(b):
            self.out(value, call, i, [a])
            self.line(f"{multiply}({test}, {self.viewed(a, bits)}, {self.viewed(value, bits)})", call)
        elif fits[1] and is_zero(a):
            other = self.buffers.get(call.args[0].shape, np.dtype("i1"))
            name = self.name("b", other.reshape(call.args[0].shape))
            self.out(value, call, i, [b])
            self.line(f"{self.function(np.bitwise_xor)}({test}, 1, {name})")
            self.line(f"{multiply}({name}, {self.viewed(b, bits)}, {self.viewed(value, bits)})", call)
            self.buffers.put(other)
        elif all(fits) and value.dtype.itemsize <= 4 and value.size >= 1000:
            self.out(value, call, i)
            a, b, to = self.viewed(a, bits), self.viewed(b, bits), self.viewed(value, bits)
            self.line(f"{self.function(np.bitwise_xor)}({a}, {b}, {to})")
            self.line(f"{multiply}({test}, {to}, {to})")
            self.line(f"{self.function(np.bitwise_xor)}({to}, {b}, {to})", call)
        else:
            return False
        return True

    def viewed(self, value, dtype):
        """A value's bits as another dtype of the same size."""
        array = self.bound.get(value)
        text = f"{self.names[value]}.view({dtype!r})"
        return text if array is None else self.seen(array.view(dtype), text)

    @cached_property
    def uses(self):
        return self.program.uses

    def place_of(self, call, i):
        """For `x[index] += y`: the view x[index] of a buffer, into which the sum can be written at once; else None."""
        calls = self.program.calls
        change = calls[i + 1] if i + 1 < len(calls) else None
        if change is None or change.function is not setitem or change.args[2] is not call.out or self.uses[call.out] != [change]:
            return None
        array, index, _ = change.args
        for view in call.operands:
            if (
                self.program.made_by(view, operator.getitem) and self.origins[view].args[0] is array
                and signature_of(self.origins[view].args[1]) == signature_of(index)
                and view in self.bound and array in self.storage and self.root(array) is array
                and (view.shape, view.dtype) == (call.out.shape, call.out.dtype) and self.dead_after(array, i + 1)
                and self.last[call.out] == i + 1
            ):  # fmt: skip
                return view
        return None

    def is_there(self, array, index, new):
        """Whether what is to become array[index] is in its place already."""
        if not (type(new) is Value and new in self.bound and array in self.bound) or next(values_in(index), None) is not None:
            return False
        place, new = np.asarray(self.bound[array][index]), self.bound[new]
        same = place.__array_interface__["data"] == new.__array_interface__["data"] and place.strides == new.strides
        return same and (place.shape, place.dtype) == (new.shape, new.dtype)


def is_zero(x):
    return type(x) in (int, float) and x == 0 and not np.signbit(x)


def is_test(value, origins):
    """Whether a value is certainly made of the bytes 0 and 1: a caller's own may be made of any, by `view(bool)`."""
    call = origins.get(value) if type(value) is Value and value.shape and value.dtype == bool else None
    if call is None or call.kwargs:
        return False
    return call.function in TESTS or (call.function in JOINED and all(is_test(x, origins) for x in call.args))

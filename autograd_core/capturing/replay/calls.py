"""Each call of a program as a line of Python: into its buffer where there is one, as an expression on numbers."""

import operator

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import astype, packed, setitem, with_zeros
from autograd_core.capturing.program.program import Value, signature_of, values_in
from autograd_core.capturing.replay.into import Into
from autograd_core.capturing.replay.rows import Rows


class Calls(Into, Rows):
    """The part of a `Writer` that writes calls."""

    def text(self, tree):
        """An argument as an expression."""
        kind = type(tree)
        if kind is Value:
            return self.names[tree]
        if kind is tuple:
            return f"({', '.join(map(self.text, tree))}{',' if len(tree) == 1 else ''})"
        if kind is list:
            return f"[{', '.join(map(self.text, tree))}]"
        if kind is dict:
            return "{" + ", ".join(f"{key!r}: {self.text(item)}" for key, item in tree.items()) + "}"
        if tree is None or tree is True or tree is False or tree is Ellipsis or kind is int or kind is str:
            return repr(tree)
        if kind is float and tree == tree and abs(tree) != np.inf:
            return repr(tree)
        return self.name("k", tree)

    def call(self, call, i):
        function, value = call.function, call.out
        if function is packed:
            return
        if functions.is_view(call) and self.view(call):
            return
        if not value.shape and (expression := self.expression(call)) is not None:
            self.assign(value, expression, call)
            return
        if functions.is_elementwise(function) and not call.kwargs and value.shape:
            self.elementwise(call, i)
        elif function is setitem:
            self.setitem(call, i)
        elif function is with_zeros:
            self.with_zeros(call)
        elif function is astype and value.shape:
            out = self.out(value, call, i, ())
            self.line(f"{self.function(np.copyto)}({out}, {self.text(call.args[0])}, 'unsafe')", call)
        elif function in (np.matmul, np.dot) and not call.kwargs and value.ndim >= 1 and value not in self.kept:
            self.product(call, i)
        elif value.shape and value not in self.kept and (self.reduction(call, i) or self.otherwise(call, i)):
            pass
        else:
            arguments = [*map(self.text, call.args), *(f"{name}={self.text(item)}" for name, item in call.kwargs.items())]
            self.assign(value, f"{self.function(function)}({', '.join(arguments)})", call)

    def assign(self, value, expression, call):
        name = self.names[value] = f"v{len(self.names)}"
        self.line(f"{name} = {expression}", call)

    def line(self, text, call=None):
        self.lines.append(self.indent + text)
        if call is not None:
            self.listing[len(self.lines) - 1] = call

    def view(self, call):
        """A view of something that stays in its place is made now, once."""
        base = call.args[0]
        array = self.bound.get(base) if type(base) is Value else None
        if array is None or next(values_in((call.args[1:], call.kwargs)), None) is not None:
            return False
        result = call.function(array, *call.args[1:], **call.kwargs)
        if type(result) is not np.ndarray or (result.size and not np.may_share_memory(result, array)):
            return False
        self.bind(call.out, result, "b")
        arguments = [self.names[base], *map(repr, call.args[1:]), *(f"{name}={item!r}" for name, item in call.kwargs.items())]
        self.views.append((self.names[call.out], f"{functions.shown(call.function)}({', '.join(arguments)})"))
        return True

    def expression(self, call):
        """The Python expression for a call on numbers, or None."""
        function, args = functions.UFUNCS.get(call.function, call.function), call.args
        if call.kwargs or any(np.shape(a.sample if type(a) is Value else a) for a in args if not isinstance(a, (tuple, list))):
            return None
        if function in (operator.pow, np.power):
            return self.power(*args)
        if function in functions.EXPRESSIONS:
            return functions.EXPRESSIONS[function].format(*map(self.number, args))
        if function in (np.maximum, np.minimum):
            a, b = map(self.number, args)
            sign = ">" if function is np.maximum else "<"
            return f"({a} if {a} {sign}= {b} or {a} != {a} else {b})"
        if function is np.where and len(args) == 3:
            condition, a, b = map(self.number, args)
            return f"({a} if {condition} else {b})"
        return None

    def power(self, base, exponent):
        """Python would answer a complex number for a root of a negative one, so only what has none is left to it."""
        if type(exponent) is int and exponent == 2:
            return f"({self.number(base)} * {self.number(base)})"
        if type(exponent) is int or (type(base) in (int, float) and base > 0):
            return f"({self.number(base)} ** {self.number(exponent)})"
        return None

    def number(self, x):
        return f"({self.text(x)})" if type(x) is not Value else self.names[x]

    def elementwise(self, call, i):
        args = [self.constant(x, call) for x in call.args]
        if call.out in self.written:
            target = self.written[call.out]
            self.first_write = len(self.lines) if self.first_write is None else self.first_write
            self.bound[call.out], self.names[call.out] = self.bound[target], self.names[target]
            self.into(call, args, self.names[call.out])
        elif call.out in self.kept:
            self.assign(call.out, f"{self.function(call.function)}({', '.join(args)})", call)
        elif (place := self.place_of(call, i)) is not None:
            self.bound[call.out], self.names[call.out] = self.bound[place], self.names[place]
            self.into(call, args, self.names[place])
        else:
            out = self.out(call.out, call, i, call.operands)
            self.into(call, self.repeated(call, args), out)

    def into(self, call, args, out):
        """By position, which is quicker; but NumPy wants a keyword for these two, which some believe to take three arrays."""
        name = "out=" if call.function in (np.maximum, np.minimum) else ""
        self.line(f"{self.function(call.function)}({', '.join(args)}, {name}{out})", call)

    def constant(self, x, call):
        """An operand; a number becomes an array of the dtype in which it is used, which takes half the time."""
        if type(x) is Value or np.ndim(x) or call.function is np.ldexp:  # whose second one stays an integer
            return self.text(x)
        dtypes = [v.dtype for v in call.operands if v.shape]
        if not dtypes or (isinstance(x, np.generic) and x.dtype != dtypes[0]):
            return self.text(x)
        dtype = dtypes[0]
        if dtype.kind not in "fc" or (isinstance(x, complex) and dtype.kind != "c") or any(d != dtype for d in dtypes):
            return self.text(x)
        key = ("constant", dtype, signature_of(x))
        if key not in self.functions:
            self.functions[key] = self.name("c", np.asarray(x, dtype))
        return self.functions[key]

    def setitem(self, call, i):
        array, index, new = call.args
        if type(array) is Value and array in self.frames and array in self.bound:
            self.bound[call.out], self.names[call.out] = self.bound[array], self.names[array]
        there = self.is_there(array, index, new)
        static = next(values_in(index), None) is None
        index, new = self.name("k", index) if static else self.text(index), self.text(new)
        if not call.out.shape:
            self.assign(call.out, f"{self.function(setitem)}({self.text(array)}, {index}, {new})", call)
            return
        out = self.out(call.out, call, i, [array] if type(array) is Value else ())
        if type(array) is not Value or (self.names[array] != out and self.bound.get(array) is not self.bound[call.out]):
            self.line(f"{self.function(np.copyto)}({out}, {self.text(array)})", call)
        if not there:
            self.line(f"{out}[{index}] = {new}", call)

    def with_zeros(self, call):
        """The zeros stay from one replay to the next."""
        self.permanently(call.out, np.zeros(call.out.shape, call.out.dtype))
        row = self.name("b", self.bound[call.out][:1])
        self.line(f"{self.function(np.copyto)}({row}, {self.text(call.args[0])})", call)

    def product(self, call, i):
        a, b = call.args
        out = self.out(call.out, call, i)
        array = self.bound[call.out]
        if array.ndim == np.ndim(a) == np.ndim(b) == 2 and not array.flags.c_contiguous:  # (a b)ᵀ = bᵀ aᵀ
            a, b, out = self.transposed_name(b), self.transposed_name(a), self.name("b", array.T)
        else:
            a, b = self.text(a), self.text(b)
        self.line(f"{self.function(call.function)}({a}, {b}, {out})", call)

    def transposed_name(self, x):
        array = self.bound.get(x) if type(x) is Value else x
        return self.name("b", array.T) if array is not None else f"{self.names[x]}.T"

    def reduction(self, call, i):
        if not functions.is_reduction(call.function) or not functions.takes_out(call):
            return False
        axis = call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)
        out = self.out(call.out, call, i)
        if self.by_columns(call, axis):
            return True
        keep = ", True" if call.kwargs.get("keepdims") else ""
        self.line(f"{self.function(call.function)}({self.text(call.args[0])}, {self.text(axis)}, None, {out}{keep})", call)
        return True

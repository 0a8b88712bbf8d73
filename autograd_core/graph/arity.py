"""Methods of Tensors for entries of one and of two operands: operators and frequent ufuncs, in few calls."""

import numpy as np
from numpy import float64, ndarray

from autograd_core.derivatives.entry import PLAIN
from autograd_core.derivatives.stamps import FIXED
from autograd_core.graph.nodes import Node, next_number, spec_of
from autograd_core.graph.refusals import explained
from autograd_core.graph.results import FLOATS, SCALAR, new, recorded, recording, wrap
from autograd_core.graph.roots import go_round_root, go_round_two_roots
from autograd_core.graph.variable import Variable, operand

Result: type[Variable] = Variable  # as in `results`: to ask that module for it takes 10 ns


def unary(entry):
    """The method for an entry of one operand."""
    forward, pattern = entry.forward, entry.pattern(tuple(entry.rules))
    pick, square, kept, itself = pattern.pick, entry.name == "square", entry.kept, pattern.simply == 1

    def method(self):
        data, parent = self._value, self._node
        everything = forward(data)
        out = everything[0] if kept else everything
        if parent is None or (mode := recording()) is False:
            return wrap(out)
        result = recorded(pattern, parent, None, (data,) if itself else pick((data,), everything), out, mode, (data,))
        if square:
            go_round_root(result._node, entry, data, 2)
        return result

    method.__doc__ = f"`{entry.name}`, elementwise: {entry.doc.partition(' | ')[0]}"
    return method


def binary(entry, operate):
    """The methods for an operator of two operands: the one for `self + other` and the reflected one for `other + self`."""
    return _binary(entry, operate, False), _binary(entry, operate, True)


def _binary(entry, operate, swapped):
    first, second = entry.rules
    both, left, right = entry.pattern((first, second)), entry.pattern((first,)), entry.pattern((second,))

    def method(self, other):
        x, p = self._value, self._node
        kind = type(other)
        if kind is Result:
            y, q = other._value, other._node
        elif kind in PLAIN:
            y, q = other, None
        else:
            y = operand(other)
            if y is NotImplemented:
                return self._beside(entry, other, swapped)
            y, q = (y._value, y._node) if isinstance(y, Variable) else (y, None)
        if swapped:
            x, y, p, q = y, x, q, p
            if kind is complex and type(y) is float64:
                x = np.complex128(x)  # Python's complex takes float64 for its own float, and would return its own type
        try:
            out = operate(x, y)
        except (ValueError, TypeError) as error:
            raise explained(entry, (x, y), {}, error) from None
        if q is None:
            if p is None:
                return wrap(out)
            pattern, first, rest = left, p, None
            constant = y
        elif p is None:
            pattern, first, rest = right, q, None
            constant = x
        else:
            pattern, first, rest = both, p, q  # not four names in one line: that makes a tuple
            constant = None
        if (mode := recording()) is False:
            return wrap(out)
        # As `recorded` does it, but here: for scalars the call alone is a tenth of the time
        node = Node()
        node.number = next_number()
        node.pattern = pattern
        node.first = first
        node.rest = rest
        simply = pattern.simply
        if simply == 0:
            node.saved = ()
        elif simply == 2:
            node.saved = (y,)
        elif simply == 3:
            node.saved = (x, y)
            if (kind := first.pattern) is not None and kind.by_root and (q is p or q is None):
                go_round_root(node, entry, x, 2 if q is p else y)
            elif constant is None and ((kind is not None and kind.by_root) or ((kind := q.pattern) is not None and kind.by_root)):
                go_round_two_roots(node, entry, p, q)
        else:
            node.saved = pattern.pick((x, y), out)
        node.stamp = None if pattern.stamp is None or type(constant) in FIXED else pattern.stamp(node.saved)
        kind = type(out)
        if kind is SCALAR:
            node.spec = kind
        elif kind is ndarray:
            node.spec = out.shape, out.dtype
        else:
            node.spec = kind if kind in FLOATS else spec_of(out)
        node.hooks = None
        node.mark = 0
        if mode is not True:
            mode.made(node, out, (x, y))
        tensor = new(Result)
        tensor._value = out
        tensor._node = node
        return tensor

    return method

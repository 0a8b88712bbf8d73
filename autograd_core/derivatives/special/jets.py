"""Truncated Taylor series: numbers a + c₁ ε + … + cₙ εⁿ, whose coefficients are arrays, or jets in another variable.

To compute with them differentiates a series or a continued fraction term by term, to any order.
"""

import math


class Jet:
    __slots__ = ("c",)
    __array_ufunc__ = None  # an array beside a jet leaves the operation to it

    def __init__(self, *c):
        self.c = c

    def __add__(self, other):
        if isinstance(other, Jet):
            return Jet(*[a + b for a, b in zip(self.c, other.c, strict=True)])
        return Jet(self.c[0] + other, *self.c[1:])

    def __neg__(self):
        return Jet(*[-a for a in self.c])

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if not isinstance(other, Jet):
            return Jet(*[a * other for a in self.c])
        return Jet(*[_sum([self.c[i] * other.c[k - i] for i in range(k + 1)]) for k in range(len(self.c))])

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        if not isinstance(other, Jet):
            return Jet(*[a / other for a in self.c])
        out = []
        for k, a in enumerate(self.c):
            rest = [out[i] * other.c[k - i] for i in range(k)]
            out.append((a - _sum(rest) if rest else a) / other.c[0])
        return Jet(*out)

    def __rtruediv__(self, other):
        return Jet(other, *[0.0] * (len(self.c) - 1)) / self if not isinstance(self.c[0], Jet) else self._same(other) / self

    def _same(self, value):
        """The constant `value` as a jet like this one."""
        inner = self.c[0]._same if isinstance(self.c[0], Jet) else lambda value: value
        return Jet(inner(value), *[inner(0.0) for _ in self.c[1:]])

    def exp(self, start):
        """e^(self), where `start` is that of its constant coefficient."""
        out = [start]
        for k in range(1, len(self.c)):
            out.append(_sum([(i / k) * (self.c[i] * out[k - i]) for i in range(1, k + 1)]))
        return Jet(*out)

    def sqrt(self):
        first = self.c[0].sqrt() if isinstance(self.c[0], Jet) else self.c[0] ** 0.5
        out = [first]
        for k in range(1, len(self.c)):
            rest = [out[i] * out[k - i] for i in range(1, k)]
            out.append((self.c[k] - _sum(rest) if rest else self.c[k]) / (first * 2.0))
        return Jet(*out)

    def derivative(self):
        """That of the highest order."""
        return self.c[-1] * math.factorial(len(self.c) - 1)


def _sum(terms):
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def variable(value, order):
    """value + ε."""
    return Jet(value, *[1.0 if k == 1 else 0.0 for k in range(1, order + 1)])

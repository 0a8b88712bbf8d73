"""Entries that stand outside the families: where a function of functions puts its inputs into the graph."""

from tests.derivatives.cases import C, R, call, covers

covers("variable", call(R(3)), call(C(2, 2)), call(R()))

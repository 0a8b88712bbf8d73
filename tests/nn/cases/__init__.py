"""What tests/reference/make_nn.py records of PyTorch and test_parity.py does again: expressions that both packages understand.

One file a family, which may have these lists:

LAYERS   (expression, shape of the input or list of the shapes of several, "train" or "eval", kind of the input or list of kinds)
         The expression is a layer, a function of the inputs, or (layer, function of it and the inputs)
LOSSES   (expression, shape of the input, its kind, kind of the target); W is a vector of positive numbers as long as the last
         axis, V one as long as axis 1
INITS    (expression, shape): what gives an array `w` of that shape its initial values
GAINS    arguments of init.calculate_gain
OPTIONS  {"spread": the standard deviation of the parameters}, 1 by default

The kinds are in make_nn.py. A new family is a new file and a word in FAMILIES, then `python -m tests.reference.make_nn FAMILY`.
"""

from importlib import import_module

FAMILIES = ["basic", "activations", "attention", "layers", "losses", "sequences", "windows"]


def cases(family, kind, default=()):
    return getattr(import_module(f"tests.nn.cases.{family}"), kind, default)


LAYERS, LOSSES, INITS, GAINS = (
    [case for family in FAMILIES for case in cases(family, kind)] for kind in ("LAYERS", "LOSSES", "INITS", "GAINS")
)

"""Where each function of `autograd_core.scipy` is smooth, and which of its calls are refused: the lines that a new one needs.

    covers("linalg.expm", call(R(3, 3)), call(C(2, 3, 3)))
    refuses("linalg.null_space", call(R(3, 3)), words="write")

`covers` says that the function is differentiable at these calls by every operand made by R, P, C or M (see
tests/derivatives/cases.py). Each goes through all of test_every_function.py. Keywords for what does not hold for all:

    pick        function of the result -> what of it has a derivative (an array, or a tuple of them); by default everything float
    dtypes      dtypes beside the operands' own in which SciPy takes it and gradients must keep it; float32 by default
    rtol        of finite differences, where the function is itself iterative: passed on to gradcheck
    warns       the Warning that SciPy itself gives there
"""

from tests.derivatives.cases import C, Call, M, Operand, P, R, call

CASES = {}  # "linalg.expm" -> [(Call, settings), …]
REFUSALS = {}  # "linalg.null_space" -> [(Call, words), …]

__all__ = ["C", "CASES", "Call", "M", "Operand", "P", "R", "REFUSALS", "call", "covers", "refuses"]


def covers(name, *calls, **settings):
    CASES.setdefault(name, []).extend((one, settings) for one in calls)


def refuses(name, *calls, words):
    REFUSALS.setdefault(name, []).extend((one, words) for one in calls)

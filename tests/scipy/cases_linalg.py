"""scipy.linalg."""

from tests.scipy.cases import C, R, call, covers

covers("linalg.expm", call(R(3, 3)), call(C(2, 2, 2)))

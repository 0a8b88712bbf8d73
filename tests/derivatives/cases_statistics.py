import numpy as np

from tests.derivatives.cases import C, P, R, call, covers
from tests.derivatives.cases_reductions import MASK, NONE, reduction

SPREADS = [
    call(C(4)),
    call(C(2, 3), axis=1),
    call(R(3, 4), ddof=1),
    call(R(3, 4), axis=0, ddof=1, keepdims=True),
    call(R(3, 4), axis=1, correction=1),
    call(R(3, 4), axis=1, where=MASK),
    call(R(3, 4), where=MASK, ddof=1, keepdims=True),
    call(R(3, 4), axis=-1, mean=R(3, 1)),
    call(R(3, 4), mean=R(1, 1)),
    call(R(3, 4), 0, None, None, 1, True),
    call(R(3), where=True, mean=NONE, correction=NONE),
    call(C(3), mean=C(1)),
]


def spread_of(name):
    covers(
        name,
        *(
            call(R(3, 4), **options)
            for options in [{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)}, {"keepdims": NONE}]
        ),
    )
    covers(name, call(R(2, 3, 2), axis=(0, -1)), call(a=R(3), axis=0), call(R(0, 3), axis=1), *SPREADS)


for name in ("var", "std", "nanvar", "nanstd"):
    spread_of(name)
covers("var", call(R()), call(R(1)), call(R(2, 1), axis=1))

reduction("average")
covers("average", call(R(3, 4), weights=P(3, 4)), call(R(3, 4), axis=1, weights=P(4)), call(R(3, 4), 0, P(3, 4), keepdims=True))
covers(
    "average", call(R(2, 3, 4), axis=(2, 0), weights=P(4, 2)), call(R(3), weights=[1.0, 2, 3]), call(np.arange(3.0), weights=P(3))
)
covers("average", call(R(3, 4), 1, P(4), True), call(C(3), None, P(3)))

covers(
    "cov", call(R(5)), call(R(3, 5)), call(R(3, 5), rowvar=False), call(R(3, 5), bias=True), call(R(3, 5), ddof=0), call(C(2, 4))
)
covers(
    "cov",
    call(R(3, 5), R(3, 5)),
    call(R(5), y=R(5)),
    call(R(5, 2), R(5, 3), False),
    call(R(3, 5), aweights=P(5)),
    call(R(1, 5), rowvar=False, bias=True),
)
covers(
    "cov",
    call(R(3, 5), fweights=np.array([1, 2, 1, 3, 1])),
    call(R(2, 3), fweights=[1, 2, 1], aweights=P(3)),
    call(R(2, 3), aweights=P(3), ddof=0),
)
covers("corrcoef", call(R(3, 5)), call(R(5), R(5)), call(R(5, 3), rowvar=False), call(C(2, 4)), call(R(3, 5), dtype=np.float64))

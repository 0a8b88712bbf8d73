import numpy as np

from tests.derivatives.cases import C, M, P, R, call, covers

MASK = np.array([[True, False, True, True], [True, True, False, True], [False, True, True, True]])
ZEROS = np.array([[2.0, 0.0, 3.0, -4.0], [0.0, 0.0, 1.5, 2.0], [1.0, 2.0, 0.0, 0.0], [1.0, -2.0, 0.5, 3.0]])
NONE = np._NoValue

# fmt: off
AXES = [
    {}, {"axis": None}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)}, {"axis": (-1,), "keepdims": False},
    {"axis": 1, "keepdims": NONE}, {"keepdims": True}, {"axis": ()},
]
# fmt: on


def reduction(name, *more, operand=R):
    covers(
        name,
        *(call(operand(3, 4), **options) for options in AXES),
        call(operand(2, 3, 2), axis=(0, -1)),
        call(operand()),
        call(operand(1)),
    )
    covers(name, call(operand(2, 3, 2), axis=(2, 0), keepdims=True), call(a=operand(3), axis=0), *more)


EMPTY = call(R(0, 3), axis=0), call(R(0)), call(R(0, 3), axis=1)
COMPLEX = call(C(3)), call(C(2, 3), axis=-1)
SUMS = call(R(3, 4), axis=0, where=MASK), call(R(3, 4), where=MASK, initial=1.5), call(R(3, 4), 1, None, None, True, 2.0, MASK)
DTYPE = (call(R(3), dtype=np.complex128),)

reduction("sum", *EMPTY, *COMPLEX, *SUMS, *DTYPE)
reduction(
    "prod",
    *EMPTY,
    *COMPLEX,
    *SUMS,
    *DTYPE,
    call(M(ZEROS), axis=1),
    call(M(ZEROS), axis=0),
    call(M(ZEROS)),
    call(M(ZEROS), where=ZEROS != 0),
)
reduction(
    "mean",
    call(R(0, 3), axis=1),
    *COMPLEX,
    *DTYPE,
    call(R(3, 4), axis=0, where=MASK),
    call(R(3, 4), where=MASK, keepdims=True),
    call(R(3, 4), -1, None, None, True),
)
for name in ("max", "min", "amax", "amin"):
    reduction(
        name,
        call(R(0, 3), axis=1),
        call(R(3, 4), axis=1, where=MASK, initial=-0.5),
        call(R(3, 4), 0, None, True, 0.25, MASK),
        call(R(0, 2), axis=0, initial=1.0),
    )
for name in ("nanmax", "nanmin"):
    reduction(
        name, call(R(0, 3), axis=1), call(R(3, 4), axis=1, where=MASK, initial=-0.5), call(R(3, 4), 0, None, True, 0.25, MASK)
    )
reduction("ptp", call(R(0, 3), axis=1), call(R(3, 4), 0, None, True))

for name in ("nansum", "nanprod"):
    reduction(name, *EMPTY, *COMPLEX, *SUMS)
reduction("nanmean", *COMPLEX, call(R(3, 4), axis=0, where=MASK))

for name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
    covers(
        name, call(R(3, 4)), call(R(3, 4), axis=0), call(R(3, 4), axis=-1), call(R(2, 3, 2), 1), call(R()), call(R(1)), call(R(0))
    )
    covers(
        name,
        call(R(0, 3), axis=0),
        call(R(2, 0), axis=0),
        call(C(3)),
        call(a=R(3), axis=None, dtype=None, out=None),
        call(R(9), axis=0),
    )
for name in ("cumprod", "nancumprod"):
    covers(name, call(M(ZEROS), axis=0), call(M(ZEROS), axis=1), call(M(ZEROS)))
for name in ("cumulative_sum", "cumulative_prod"):
    if hasattr(np, name):  # NumPy 2.1
        covers(
            name,
            call(R(3)),
            call(R(3, 4), axis=0),
            call(R(3, 4), axis=-1, include_initial=True),
            call(C(3), include_initial=True),
        )
        covers(name, call(R(0), include_initial=True), call(R(3), axis=None, dtype=np.float64, out=None, include_initial=False))
covers(
    "recurrence",
    call(R(7), R(7)),
    call(R(2, 8), P(2, 8)),
    call(R(1), R(1)),
    call(R(0), R(0)),
    call(R(2, 2), R(2, 2)),
    call(C(5), C(5)),
)

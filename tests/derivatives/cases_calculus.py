import numpy as np

from tests.derivatives.cases import C, M, P, R, call, covers

UNEVEN = np.array([0.0, 0.5, 0.75, 2.0])

covers(
    "diff",
    call(R(5)),
    call(R(3, 4)),
    call(R(3, 4), axis=0),
    call(R(5), 2),
    call(R(5), n=3),
    call(R(4), 0),
    call(C(4)),
    call(R(1)),
)
covers(
    "diff",
    call(R(3, 4), prepend=R(3, 1)),
    call(R(3, 4), 1, 0, R(2, 4), R(1, 4)),
    call(R(4), prepend=0.5, append=R()),
    call(R(2), n=4),
)
covers(
    "diff",
    call(R(0)),
    call(R(0, 3)),
    call(a=R(3), n=1, axis=-1, prepend=np._NoValue, append=np._NoValue),
    call(R(2, 3), append=1.0),
)
covers(
    "ediff1d",
    call(R(5)),
    call(R(2, 3)),
    call(R(4), R(2), R()),
    call(R(3), to_begin=1.0),
    call(ary=R(1), to_end=[3.0]),
    call(C(3)),
    call(R(0)),
)

covers(
    "gradient", call(R(5)), call(R(3, 4)), call(R(3, 4), axis=1), call(R(5), 2.0), call(R(5), R()), call(R(4), UNEVEN), call(C(5))
)
covers(
    "gradient",
    call(R(3, 4), 0.5, UNEVEN),
    call(R(3, 4), 2.0, axis=(1, 0)),
    call(R(3, 4), P(), axis=(-1,)),
    call(R(2)),
    call(R(0, 3), axis=1),
)
covers(
    "gradient",
    call(R(5), edge_order=2),
    call(R(4), UNEVEN, edge_order=2),
    call(R(3, 4), axis=0, edge_order=2),
    call(R(3), edge_order=2),
)
covers(
    "gradient",
    call(R(4), M(UNEVEN)),
    call(R(4), M(UNEVEN), edge_order=2),
    call(R(4, 3), M(UNEVEN), axis=0, edge_order=1),
    call(R(4), [0, 1, 3, 4]),
)
covers("gradient", call(np.arange(4.0) ** 2, M(np.arange(4.0))), call(UNEVEN**2, M(np.arange(4.0)), edge_order=2))

covers(
    "trapezoid",
    call(R(5)),
    call(R(3, 4), axis=0),
    call(R(4), UNEVEN),
    call(R(4), R(4)),
    call(R(3, 4), R(4)),
    call(R(3, 4), R(3, 4), axis=0),
)
covers(
    "trapezoid",
    call(R(4), dx=P()),
    call(R(4), None, 0.5, -1),
    call(y=R(2, 3), x=R(3), dx=1.0, axis=1),
    call(R(1)),
    call(C(4)),
    call(R(0, 3)),
)
covers("trapezoid", call(R(3, 4), R(3), axis=0))

KNOTS = np.array([-1.0, 0.0, 0.5, 2.0])
AT = np.array([-3.0, -0.7, 0.2, 0.4, 1.1, 1.9, 5.0])
covers(
    "interp",
    call(M(AT), M(KNOTS), R(4)),
    call(M(AT), KNOTS, R(4), -7.0, 9.0),
    call(M(AT), M(KNOTS), R(4), left=1.0),
    call(M(0.3), KNOTS, C(4)),
)
covers(
    "interp",
    call(M(AT), M(KNOTS), R(4), period=3.3),
    call(M(AT), M(KNOTS[[2, 0, 3, 1]]), R(4), None, None, -4.1),
    call(R(2, 3), KNOTS, R(4), right=0.0),
)
covers(
    "interp",
    call(AT, list(KNOTS), R(4)),
    call(M(AT), R(1), R(1)),
    call(x=R(0), xp=KNOTS, fp=R(4), left=None, right=None, period=None),
)

for mode in ("full", "same", "valid"):
    for n, m in ((5, 3), (3, 5), (4, 4), (5, 2), (2, 5), (4, 6), (1, 3), (1, 1)):
        covers("convolve", call(R(n), R(m), mode))
        covers("correlate", call(R(n), R(m), mode))
    for name in ("convolve", "correlate"):
        covers(name, call(C(4), C(3), mode), call(R(4), C(2), mode=mode), call(C(2), R(4), mode=mode))
covers("convolve", call(a=R(3), v=R(2)), call(R(), R(3)), call(R(3), R()), call(R(3), [1.0, 2.0]), call(UNEVEN, R(2)))
covers("correlate", call(R(3), R(2)), call(R(3), [1.0, 2.0]), call(UNEVEN, R(2)))

covers("bincount", call([0, 2, 2, 1], R(4)), call(np.array([3, 3, 0]), weights=R(3), minlength=6))

covers(
    "polyval",
    call(R(4), R()),
    call(R(3), R(2, 3)),
    call([1.0, 2.0], R(3)),
    call(p=R(3), x=2.0),
    call(C(3), C(2)),
    call(R(1), R(2)),
)
for name in ("polyadd", "polysub", "polymul"):
    covers(name, call(R(3), R(2)), call(R(2), R(4)), call(R(2), [1.0, 3.0]), call(R(1), C(2)), call(R(), R(2)))
covers("polymul", call(R(3), np.array([0.0, 0.0, 2.0, 1.0])), call(R(2), np.zeros(2)))
covers("polyder", call(R(5)), call(R(5), 2), call(p=R(3), m=0), call(R(1)), call(C(3)))
covers(
    "polyint",
    call(R(3)),
    call(R(3), 2),
    call(R(3), m=2, k=[1.0, 3.0]),
    call(R(3), 2, 1.5),
    call(R(3), k=R(1)),
    call(R(3), 2, R()),
    call(p=R(2), m=0),
)
covers(
    "vander",
    call(R(3)),
    call(R(4), 3),
    call(x=R(3), N=4, increasing=True),
    call(C(2)),
    call(M([0.0, 1.0]), 3),
    call(R(0), 2),
    call(R(2), 0),
)
covers("poly", call(R(3)), call(C(3)), call(R(1)), call(M([[2.0, 1.0], [1.0, 3.0]])))

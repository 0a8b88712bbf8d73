import numpy as np

from tests.derivatives.cases import C, M, R, call, covers

covers("joined", call([R(2), R(3)], 0, (0, 2, 5)), call([R(2, 1), np.ones((2, 2)), R(2, 3)], 1, (0, 1, 3, 6)))
covers("stacked", call([R(), R()], 0), call([R(2), 1.5 * np.ones(2), R(2)], 1), call([R(2, 2), C(2, 2)], 2))
covers(
    "concatenate",
    call([R(2), R(3)]),
    call((R(2, 1), R(2, 3)), 1),
    call([R(2, 3), R(1, 3)], axis=-2),
    call([R(2, 3), R(), np.ones(2)], None),
    call([R(2), [1.0, 2.0]]),
    call([R(0, 2), R(1, 2)]),
    call([R(1)]),
    call([R(2), C(2)]),
)
covers(
    "concatenate",
    call(R(2, 3)),
    call(R(2, 3, 2), 1),
    call([R(2), R(2)], dtype=np.complex128),
    call([R(2), np.arange(2)], axis=0, dtype=None, casting="same_kind"),
)
covers(
    "stack",
    call([R(2, 3), R(2, 3)]),
    call((R(2), np.ones(2)), 1),
    call([R(2), R(2)], axis=-1),
    call([R(), R(), 2.0]),
    call([R(), R()], -1),
    call(R(2, 3)),
    call(R(3)),
    call([R(0), R(0)]),
    call([R(2), C(2)]),
    call([R(2), [1, 2]]),
    call([R(2), R(2)], dtype=complex),
)
covers(
    "vstack",
    call([R(3), R(2, 3)]),
    call((R(), R())),
    call([R(2, 3), R(1, 3)], dtype=float, casting="same_kind"),
    call(R(2, 3)),
    call(R(2, 2, 2)),
)
covers("hstack", call([R(3), R(2)]), call((R(2, 3), R(2, 1))), call([R(), R()]), call([R(2), R(2)], dtype=complex), call(R(2, 3)))
covers("dstack", call([R(3), R(3)]), call((R(2, 3), R(2, 3, 2))), call([R(), R()]))
covers("column_stack", call([R(3), R(3)]), call((R(3), R(3, 2))), call([R(), 2.0]))
covers(
    "block",
    call([R(2), R(3)]),
    call([[R(2, 2), R(2, 1)], [R(1, 3)]]),
    call([[R(), 1.0], [2.0, R()]]),
    call(R(2)),
    call([R(2, 2, 1), R(2, 2, 2)]),
    call([[np.ones((2, 2)), R(2, 3)]]),
)

covers(
    "append",
    call(R(2), R(3)),
    call(R(2, 3), 1.0),
    call(R(2, 3), R(1, 3), axis=0),
    call(R(2), [1.0, 2.0]),
    call(R(2, 1), R(2, 2), 1),
)
covers(
    "insert",
    call(R(4), 1, R()),
    call(R(4), -1, 2.0),
    call(R(4), [1, 3], R(2)),
    call(R(4), [1, 1, 0], R(3)),
    call(R(4), slice(0, 3), R()),
    call(R(4), slice(0, None, 2), R(2)),
    call(R(4), 4, R(3)),
    call(R(4), [2], R(3)),
)
covers(
    "insert",
    call(R(2, 3), 1, R()),
    call(R(2, 3), 1, R(3), axis=0),
    call(R(2, 3), 1, R(2), axis=1),
    call(R(2, 3), [1], R(2, 1), axis=1),
    call(R(2, 3), [0, 2], R(2, 2), axis=1),
    call(R(2, 3), 1, R(3, 2), axis=1),
    call(R(2, 3), [0, 2], R(), -1),
    call(R(2, 3), (0, 0), R(3), 0),
    call(R(0), 0, R(2)),
    call(R(2), [], R(0)),
    call(R(2), 1, [1.0, 2.0]),
)
if np.lib.NumpyVersion(np.__version__) >= "2.4.0":  # before, NumPy took a mask for integers
    covers("insert", call(R(4), np.array([True, False, True, False]), R(2)))
covers(
    "delete",
    call(R(4), 1),
    call(R(4), [0, -1]),
    call(R(4), slice(0, None, 2)),
    call(R(2, 3), 1),
    call(R(2, 3), 1, axis=1),
    call(R(2, 3), [0, 0], axis=-2),
    call(R(4), np.array([True, False, True, False])),
    call(R(4), []),
    call(C(3), 0),
)

covers(
    "split",
    call(R(4), 2),
    call(R(4), [1, 3]),
    call(R(2, 3), 3, axis=1),
    call(R(2, 3), (1,), -2),
    call(R(5), [3, 2, 9]),
    call(R(0), 1),
)
covers("array_split", call(R(5), 2), call(R(5), 7), call(R(5, 2), [2], axis=0), call(R(2, 5), 3, axis=-1))
covers("hsplit", call(R(4), 2), call(R(2, 4), [1]), call(R(2, 2, 3), 2))
covers("vsplit", call(R(4, 2), 2), call(R(3, 1, 2), [1]))
covers("dsplit", call(R(1, 2, 4), 2), call(R(2, 1, 3), [1]))
covers("unstack", call(R(2, 3)), call(R(2, 3), axis=1), call(R(2, 3, 2), axis=-1), call(R(2)), call(M(np.ones((2, 0)))))

import numpy as np

from tests.derivatives.cases import C, M, R, call, covers

T, F = True, False
mask = np.array([[T, F, T], [F, F, T]])

covers(
    "getitem",
    call(R(3, 4), (slice(None), 1)),
    call(R(5), [0, 0, 3]),
    call(R(5), 2),
    call(R(5), -1),
    call(R(5), slice(4, None, -2)),
    call(R(2, 3), (..., None, 0)),
    call(R(2, 3), mask),
    call(R(2, 3), (0, np.array([T, F, T]))),
    call(R(2, 3), (np.array([1, 0, 1]), np.array([2, 2, 2]))),
    call(R(2, 3, 2), (slice(None), [0, 0, 2])),
    call(R(2, 3, 2), ([0, 1], slice(None), [1, 1])),
    call(R(2, 3), (np.array([[0], [1]]), np.array([-1, 0]))),
    call(R(), ()),
    call(R(), None),
    call(R(), True),
    call(R(3), []),
    call(R(0, 2), slice(None)),
    call(R(3), np.int64(1)),
    call(R(3), np.array(1)),
    call(C(3), [1, 1]),
    call(R(2, 3), (np.array([T, T]), np.array([1, 1]))),
)
covers(
    "scatter",
    call(R(3), [0, 0, 4], (5,)),
    call(R(2, 3), slice(0, 2), (4, 3)),
    call(R(2), (1, [0, 0]), (2, 3)),
    call(C(2), [1, 1], (3,)),
)
covers(
    "setitem",
    call(R(5), 2, R()),
    call(R(5), slice(0, 3), R(3)),
    call(R(5), slice(0, 3), R()),
    call(R(2, 3), (..., 0), R(2)),
    call(R(2, 3), mask, R(3)),
    call(R(2, 3), mask, R()),
    call(R(5), [0, 0, 3], R(3)),
    call(R(5), [0, 0, 3], R()),
    call(R(2, 3), ([0, 1, 0], [2, 2, 2]), R(3)),
    call(R(2, 3), [1, 1], R(3)),
    call(R(3), slice(None), R(1, 3)),
    call(R(), (), R()),
    call(R(0), slice(None), R()),
    call(R(2, 3), None, R(1, 1, 3)),
    call(C(3), [1, 1], R(2)),
    call(R(3), [1, 1], 2.0),
    call(np.ones(3), [1, 1], R(2)),
)

covers(
    "take",
    call(R(5), [0, 0, 3]),
    call(R(5), 1),
    call(R(2, 3), [[0, 5], [5, 1]]),
    call(R(2, 3), [2, 2], axis=1),
    call(R(2, 3), [[0, 1], [1, 1]], -2),
    call(R(2, 3), -1, 0),
    call(R(5), [-7, 9], mode="wrap"),
    call(R(5), [-7, 9], mode="clip"),
    call(R(2, 3), [7, -1], axis=1, mode="wrap"),
    call(R(5), indices=np.array([1]), axis=None, out=None, mode="raise"),
    call(R(), [0, 0]),
    call(R(), 0),
    call(R(3), []),
    call(C(3), [1, 1]),
)
covers(
    "take_along_axis",
    call(R(2, 3), np.array([[0, 0], [2, 1]]), 1),
    call(R(2, 3), np.array([[1, 0, 1]]), axis=0),
    call(R(4), np.array([3, 3]), 0),
    call(R(2, 3), np.array([5, 5, 0]), None),
    call(R(2, 3), np.array([[1], [2]]), -1),
    call(R(1, 3), np.array([[0, 1], [2, 2]]), 1),
    call(C(2), np.array([1, 1]), 0),
)
covers(
    "compress",
    call([T, F, T], R(3)),
    call([F, T], R(2, 3), axis=0),
    call([T, F, T], R(2, 3), 1),
    call(mask.ravel(), R(2, 3)),
    call([F], R(2)),
    call(np.array([1, 0, 2]), a=R(3), axis=None, out=None),
)
covers("extract", call(mask, R(2, 3)), call([0, 1, 2], R(3)), call([T], arr=R(1)))
covers(
    "chosen",
    call(np.array([0, 1, 0]), [R(3), R(3)]),
    call(np.array([[0], [1]]), [R(3), np.ones(3)]),
    call(np.array(1), [R(), R(2)]),
)
covers(
    "choose",
    call(np.array([0, 2, 1]), [R(3), R(3), 1.0]),
    call(np.array([0, 1]), R(2, 2)),
    call([-3, 7], [R(2), R(2)], mode="wrap"),
    call([-3, 7], choices=(R(2), R(2)), mode="clip"),
    call(1, [R(2), R(3, 1)], out=None),
)

covers(
    "put",
    call(R(2, 3), [0, 4], R(2)),
    call(R(5), [1, 1, 0], R(3)),
    call(R(5), [0, 1, 2], R(2)),
    call(R(5), -1, R()),
    call(R(5), [-7, 9], R(2), mode="wrap"),
    call(R(5), [-7, 9], R(2), "clip"),
    call(R(3), [], R(2)),
    call(R(3), [0, 1], [1.0, 2.0]),
)
covers(
    "place",
    call(R(2, 3), mask, R(2)),
    call(R(2, 3), mask, R(5)),
    call(R(3), [F, F, F], R(1)),
    call(R(3), np.array([1, 0, 2]), vals=[1.5]),
)
covers(
    "putmask",
    call(R(2, 3), mask, R(2, 3)),
    call(R(2, 3), mask, R(2)),
    call(R(3), [T, F, T], 2.0),
    call(R(3), [T, F, T], values=R()),
)
covers(
    "copyto",
    call(R(2, 3), R(3)),
    call(R(2, 3), R()),
    call(R(2, 3), R(2, 3), where=mask),
    call(R(2, 3), R(3), "unsafe", mask[0]),
    call(R(2, 3), 1.5, where=mask),
    call(C(2), R(2)),
    call(R(), R()),
)
covers(
    "fill_diagonal",
    call(R(3, 3), R()),
    call(R(2, 4), R(2)),
    call(R(5, 2), R(3)),
    call(R(5, 2), R(2), wrap=True),
    call(R(3, 3, 3), R()),
    call(R(3, 3), [1.0, 2.0]),
    call(R(3, 3), 2.0),
)
covers(
    "put_along_axis",
    call(R(2, 3), np.array([[0, 2], [2, 1]]), R(2, 2), 1),
    call(R(2, 3), np.array([[0, 0], [2, 1]]), R(), axis=1),
    call(R(2, 3), np.array([0, 5]), R(2), None),
    call(R(2, 3), np.array([[1, 0, 1]]), 2.0, axis=0),
    call(M([1.0, 2, 3]), np.array([1, 1]), R(2), 0),
)

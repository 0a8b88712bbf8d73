import numpy as np

from tests.derivatives.cases import C, M, P, R, call, covers

covers(
    "reshape",
    call(R(3, 4), (2, 6)),
    call(R(3, 4), -1),
    call(R(3, 4), (2, 6), order="F"),
    call(R(3, 4), (4, 3), "A"),
    call(R(), (1, 1)),
    call(R(1), ()),
    call(R(0, 2), (2, 0, 5)),
    call(C(4), (2, 2)),
)
covers("ravel", call(R(2, 3)), call(R(2, 3), order="F"), call(R(2, 3), "K"), call(R()), call(R(0, 2)), call(C(2, 2)))
covers("expand_dims", call(R(3, 2), 1), call(R(3), (0, -1)), call(R(), 0), call(R(0, 2), axis=-1), call(C(2), 0))
covers(
    "squeeze",
    call(R(1, 3, 1)),
    call(R(1, 3, 1), 0),
    call(R(1, 3, 1), axis=(0, -1)),
    call(R(1)),
    call(R()),
    call(R(1, 0)),
    call(C(1, 2)),
)
covers(
    "broadcast_to",
    call(R(3), (2, 3)),
    call(R(2, 1), (4, 2, 3)),
    call(R(), (2, 2)),
    call(R(), ()),
    call(R(1), 0),
    call(R(2, 1), shape=(2, 0)),
    call(C(1, 2), (3, 2)),
)
covers("copy", call(R(2, 3)), call(R(2), order="K", subok=False), call(R()), call(R(0)), call(C(2)))
covers("atleast_1d", call(R()), call(R(2)), call(R(), R(2), R(1, 2)))
covers("atleast_2d", call(R()), call(R(3)), call(R(), R(2), R(1, 2, 1)), call(R(0)))
covers("atleast_3d", call(R()), call(R(3)), call(R(2, 3), R(1, 2, 2)))
covers("broadcast_arrays", call(R(3), R(2, 1)), call(R(), R(2), R(4, 1)), call(R(2)), call(R(0, 1), R(2), subok=False))
covers(
    "meshgrid",
    call(R(2), R(3)),
    call(R(2), R(3), indexing="ij"),
    call(R(2), R(3), R(2), sparse=True),
    call(R(2), R(1), R(3), copy=False, indexing="ij", sparse=True),
    call(R()),
    call(R(2), R(0)),
    call(R(3)),
)
covers(
    "astype",
    call(R(3), np.float64),
    call(R(2), np.complex128),
    call(C(2), np.complex128, copy=False),
    call(R(), "float64"),
    call(R(0, 2), float),
)
covers("converted", call(R(3), np.float64), call(R(2), np.complex128), call(R(), np.dtype(float)))
covers("full_like", call(R(2, 3), R()), call(R(2), R(2), dtype=float), call(R(2, 3), R(3), shape=(2, 3)))

covers(
    "transpose",
    call(R(2, 3)),
    call(R(2, 3, 4), (1, 2, 0)),
    call(R(2, 3, 4), axes=(-1, 0, 1)),
    call(R()),
    call(R(3), None),
    call(R(0, 2)),
    call(C(2, 3)),
)
covers("matrix_transpose", call(R(2, 3)), call(R(2, 3, 1)), call(R(0, 2)), call(C(2, 3)))
covers("linalg.matrix_transpose", call(R(2, 3)), call(R(2, 3, 1)))
covers("swapaxes", call(R(2, 3, 4), 0, -1), call(R(2, 3), axis1=1, axis2=1), call(C(2, 3), 0, 1))
covers(
    "moveaxis",
    call(R(2, 3, 4), 0, -1),
    call(R(2, 3, 4), (0, 1), (2, 0)),
    call(R(2, 3, 4), source=[-1], destination=[0]),
    call(C(2, 3), 0, 1),
)
covers(
    "rollaxis",
    call(R(2, 3, 4), 2),
    call(R(2, 3, 4), 0, 3),
    call(R(2, 3, 4), -1, start=-2),
    call(R(2, 3, 4), 1, 1),
    call(R(2, 3), 0, 0),
)

covers("flip", call(R(2, 3)), call(R(2, 3), 0), call(R(2, 3, 2), axis=(0, -1)), call(R()), call(R(0)), call(C(3)))
covers("fliplr", call(R(2, 3)), call(R(2, 1, 2)))
covers("flipud", call(R(2, 3)), call(R(3)))
covers(
    "roll",
    call(R(2, 3), 1),
    call(R(2, 3), -4, axis=1),
    call(R(2, 3), (1, 2), (0, 1)),
    call(R(2, 3), (1, 2), axis=0),
    call(R(2, 3), shift=2, axis=(0, 1)),
    call(R(0), 1),
    call(R(), 1),
    call(C(3), 1),
)
covers("rot90", call(R(2, 3)), call(R(2, 3), 2), call(R(2, 3, 2), k=-1, axes=(1, 2)), call(R(2, 3), 5), call(C(2, 2)))
covers(
    "tile",
    call(R(3), 2),
    call(R(2, 3), (2, 1)),
    call(R(3), (2, 2)),
    call(R(2, 3), 2),
    call(R(), 3),
    call(R(), (2, 2)),
    call(R(2), 0),
    call(R(0), 2),
    call(R(2, 3), reps=(2, 1, 3)),
    call(R(2, 3), ()),
    call(C(2), 2),
    call(R(2), np.array([2, 1])),
)
covers(
    "repeat",
    call(R(2, 3), 2),
    call(R(2, 3), 2, 1),
    call(R(2, 3), [2, 0], axis=0),
    call(R(3), [1, 0, 2]),
    call(R(2, 2), [1, 0, 2, 1]),
    call(R(2, 3), [2], -1),
    call(R(), 3),
    call(R(0), 2),
    call(R(2), 0),
    call(R(2, 3), np.array(3), axis=-2),
    call(C(2), [1, 2]),
)
covers(
    "resize",
    call(R(2, 3), (3, 4)),
    call(R(4), 3),
    call(R(), (2, 2)),
    call(R(2, 3), new_shape=(2, 0)),
    call(R(5), np.int64(12)),
    call(C(2), 3),
)
covers("trim_zeros", call(R(3)), call(R(2), "f"), call(R(2), trim="b"), call(R(0)))  # with zeros it jumps: see test_shaping.py
covers("tril", call(R(3, 3)), call(R(2, 4), 1), call(R(2, 3, 3), k=-1), call(R(0, 2)), call(C(2, 2)))
covers("triu", call(R(3, 3)), call(R(2, 4), 1), call(R(2, 3, 3), k=-1), call(R(0, 2)), call(C(2, 2)))
covers(
    "diagonal",
    call(R(3, 3)),
    call(R(2, 4), 1),
    call(R(4, 2), offset=-2),
    call(R(2, 3, 4), 0, 1, 2),
    call(R(2, 3, 4), -1, axis1=-1, axis2=0),
    call(R(2, 2), 5),
    call(R(0, 2)),
    call(C(2, 2)),
)
covers("linalg.diagonal", call(R(3, 4)), call(R(2, 3, 4), offset=1), call(R(2, 3, 3), offset=-1))
covers(
    "diag",
    call(R(3)),
    call(R(3), 1),
    call(R(2), k=-2),
    call(R(3, 3)),
    call(R(2, 4), 1),
    call(R(4, 2), k=-1),
    call(R(0)),
    call(R(1)),
    call(C(2)),
    call(C(2, 2)),
)
covers("diagflat", call(R(3)), call(R(2, 2), 1), call(R(), k=-1))

windows = "lib.stride_tricks.sliding_window_view"
covers(
    windows,
    call(R(5), 2),
    call(R(5), 4),
    call(R(3, 4), (2, 3)),
    call(R(3, 4), 2, axis=1),
    call(R(3, 4), 3, -2),
    call(R(5), (2, 2), (0, 0)),
    call(R(2, 5, 3), window_shape=(2, 2), axis=(-1, 0)),
    call(R(3), 3),
    call(R(3), 1),
    call(C(4), 2),
)
covers(
    "overlapped",
    call(R(3, 2), 0),
    call(R(2, 4), 0),
    call(R(2, 3, 2), 1),
    call(R(3, 2, 2), 0),
    call(R(2, 3, 4), 0),
    call(R(1, 1), 0),
)

covers(
    "apply_along_axis",
    call(np.sum, 0, R(3, 2)),
    call(np.cumsum, 1, R(2, 3)),
    call(lambda row: row[:2] * row[-1], 0, R(3, 2)),
    call(lambda row, k: np.reshape(row, (2, 2)) * k, -1, R(2, 4), 3.0),
    call(np.sum, 0, R(3)),
)
covers("apply_over_axes", call(np.sum, R(2, 3, 2), [0, 2]), call(np.sum, R(2, 3), -1), call(np.cumsum, R(2, 3), (0, 1)))

# numpy.pad

covers(
    "pad",
    *(
        call(R(4), width, mode)
        for mode in ("constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "symmetric", "wrap")
        for width in (2, (0, 3))
    ),
)
covers(
    "pad",
    *(
        call(R(3, 4), ((1, 2), (0, 3)), mode=mode)
        for mode in ("constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "symmetric", "wrap")
    ),
)
covers(
    "pad",
    call(R(4), 7, "reflect"),
    call(R(4), (7, 9), "symmetric"),
    call(R(3), (5, 8), "wrap"),
    call(R(4), (2, 7), "reflect", reflect_type="odd"),
    call(R(4), (9, 3), "symmetric", reflect_type="odd"),
)
covers(
    "pad",
    call(R(3, 4), 2, "reflect", reflect_type="odd"),
    call(R(1), 2, "reflect"),
    call(R(1), 2, "reflect", reflect_type="odd"),
    call(R(2), 3, "reflect", reflect_type="odd"),
    call(R(1), 2, "symmetric", reflect_type="odd"),
)
covers(
    "pad",
    call(R(3, 4), 1, "constant", constant_values=2.0),
    call(R(3, 4), 1, constant_values=((1, 2), (3, 4))),
    call(R(3), 2, constant_values=R(2)),
    call(R(3, 2), (1, 2), constant_values=R()),
)
covers(
    "pad",
    call(R(3, 4), 2, "linear_ramp", end_values=((1, 2), (3, 4))),
    call(R(3), 2, "linear_ramp", end_values=R(1, 2)),
    call(R(5), 2, "mean", stat_length=2),
    call(R(5, 3), 1, "maximum", stat_length=((2, 3), (1, 9))),
    call(R(5), (1, 2), "median", stat_length=3),
)
covers(
    "pad",
    call(R(2), 0),
    call(R(0), 2),
    call(R(2), pad_width=[1, 0]),
    call(R(2, 2), {1: 2, -2: (0, 1)}) if np.lib.NumpyVersion(np.__version__) >= "2.4.0" else call(R(2), 1),
    call(C(3), 2, "edge"),
    call(C(3), 1, "linear_ramp"),
)
covers("framed", call(R(2, 3), [(1, 0), (0, 2)], 1.5), call(C(2), [(1, 1)], 0))

# Spacing

covers(
    "linspace",
    call(R(), R(), 5),
    call(R(), R(), 4, endpoint=False),
    call(R(2), R(2), 3),
    call(R(2), 1.0, num=3, axis=-1),
    call(0.0, R(2, 1), 3, axis=1),
    call(R(2), R(3, 1), 3),
    call(R(), R(), 1),
    call(R(), R(), 0),
    call(R(), R(), 4, True, True),
    call(R(2), R(2), 3, retstep=True, endpoint=False),
    call(R(), R(), dtype=float, num=3, device=None),
    call(C(), R(), 3),
)
covers("spaced", call(R(), R(), 5, True, None, 0), call(R(2), R(2), 3, False, None, -1))
covers(
    "logspace",
    call(R(), R(), 4),
    call(R(2), 1.0, 3, endpoint=False, axis=-1),
    call(R(), R(), 3, base=P()),
    call(R(2), R(2), 3, True, P(2)),
    call(R(), R(), 3, base=2.0, dtype=float),
)
covers(
    "geomspace",
    call(P(), P(), 4),
    call(P(2), P(2), 3, endpoint=False),
    call(M(-1.0), M(-8.0), 4),
    call(P(2), 4.0, 3, axis=-1),
    call(C(), C(), 4),
    call(2.0, P(2), 3, dtype=float),
)

"""Products of vectors, matrices and tensors."""

import numpy as np

from tests.derivatives.cases import C, R, call, covers

RANKS = [
    (R(3, 4), R(4, 2)),
    (R(4), R(4)),
    (R(4), R(4, 2)),
    (R(3, 4), R(4)),
    (R(2, 3, 4), R(4, 2)),
    (R(2, 3, 4), R(4)),
    (R(4), R(2, 4, 3)),
]
ODD = [
    (R(1, 3), R(3, 2)),
    (R(3, 1), R(1, 2)),
    (R(0, 3), R(3, 2)),
    (R(2, 0), R(0, 2)),
    (C(2, 3), C(3, 2)),
    (C(2, 2), R(2, 2)),
    (R(3), C(3)),
]

covers(
    "matmul",
    *(call(a, b) for a, b in [*RANKS, *ODD]),
    call(R(2, 1, 3, 4), R(5, 4, 2)),
    call(R(3, 4), R(2, 4, 2)),
    call(R(0, 2, 3), R(3, 2)),
)
covers(
    "dot",
    *(call(a, b) for a, b in [*RANKS, *ODD]),
    call(R(2, 3, 4), R(3, 4, 2)),
    call(R(), R()),
    call(R(), R(2, 3)),
    call(R(3), R()),
)
covers(
    "inner",
    call(R(3), R(3)),
    call(R(2, 3), R(4, 3)),
    call(R(2, 2, 3), R(3)),
    call(R(), R()),
    call(R(2), R()),
    call(C(2), C(3, 2)),
    call(R(0), R(0)),
)
covers(
    "tensordot",
    call(R(2, 3, 4), R(3, 4, 2)),
    call(R(2, 3), R(3, 2), 1),
    call(R(2), R(3), axes=0),
    call(R(2, 3, 4), R(4, 3, 2), axes=([1, 2], [1, 0])),
    call(R(2, 3, 4), R(4, 3, 2), axes=((-1, 0), (0, -1))),
    call(R(2, 3), R(2, 4), axes=(0, 0)),
    call(C(2, 3), R(3, 2), axes=[[0, 1], [1, 0]]),
    call(R(0, 3), R(3, 2), axes=1),
)
covers("outer", call(R(3), R(4)), call(R(2, 2), R(3)), call(R(), R(3)), call(C(2), C(3)), call(R(0), R(2)))
covers(
    "vdot",
    call(R(3), R(3)),
    call(R(2, 3), R(6)),
    call(C(3), C(3)),
    call(R(3), C(3)),
    call(C(2, 2), C(2, 2)),
    call(R(), R()),
    call(R(0), R(0)),
)
covers("vecdot", call(R(3), R(3)), call(C(2, 3), C(3)), call(R(3), C(2, 3)), call(R(2, 0), R(0)), call(R(3, 2), R(3, 2), axis=0))
covers("matvec", call(R(3, 4), R(4)), call(R(2, 3, 4), R(4)), call(R(3, 4), R(2, 4)), call(C(2, 3), C(3)), call(R(0, 2), R(2)))
covers("vecmat", call(R(3), R(3, 4)), call(R(2, 3), R(3, 4)), call(R(3), R(2, 3, 4)), call(C(2), C(2, 3)), call(R(0), R(0, 2)))
covers(
    "kron",
    call(R(2), R(3)),
    call(R(2, 2), R(3, 1)),
    call(R(2), R(2, 3)),
    call(R(2, 1, 2), R(2)),
    call(R(), R(3)),
    call(R(), R()),
    call(C(2), R(2)),
)
covers(
    "cross",
    call(R(3), R(3)),
    call(R(2, 3), R(3)),
    call(R(3, 2), R(3, 2), axis=0),
    call(R(3, 2), R(2, 3), axisa=0, axisb=1, axisc=0),
    call(R(1, 3), R(2, 1, 3), -1, -1, 1),
    call(C(3), C(3)),
    call(R(0, 3), R(3)),
)
covers(
    "trace",
    call(R(3, 3)),
    call(R(3, 4), 1),
    call(R(2, 3, 4), offset=-1, axis1=2, axis2=0),
    call(R(2, 2), dtype=np.float64),
    call(C(2, 2)),
    call(R(2, 3), 5),
)

# numpy.linalg's

covers("linalg.matmul", call(R(2, 3), R(3)))
covers("linalg.tensordot", call(R(2, 3), R(2, 3)), call(R(2, 3), R(3, 2), axes=1))
covers("linalg.outer", call(R(2), R(3)))
covers("linalg.vecdot", call(C(3, 2), C(3, 2), axis=0), call(R(2, 3), R(3)))
covers("linalg.cross", call(R(3), R(3)), call(R(3, 2), R(3, 2), axis=0))
covers("linalg.trace", call(R(2, 3, 3)), call(R(3, 4), offset=1, dtype=np.float64))
covers("linalg.diagonal", call(R(2, 3, 3)), call(R(3, 4), offset=-1))
covers("linalg.matrix_transpose", call(R(2, 3, 4)))

# einsum: two of each kind

SUBSCRIPTS = [
    ("ij,jk->ik", R(2, 3), R(3, 4)),
    ("ij,jk", R(2, 3), R(3, 4)),
    ("ba", R(2, 3)),
    ("ii->", R(3, 3)),
    ("ii", R(3, 3)),
    ("ii->i", R(3, 3)),
    ("iii->i", R(2, 2, 2)),
    ("iji->j", R(2, 3, 2)),
    ("nd,nn->d", R(3, 2), R(3, 3)),
    ("ijji,kji,jj->kj", R(2, 3, 3, 2), R(4, 3, 2), R(3, 3)),
    ("...ij,...jk->...ik", R(2, 3, 4), R(4, 2)),
    ("...ij,...jk", R(5, 1, 2, 3), R(2, 3, 2)),
    ("i...,i...->...", R(2, 3), R(2, 4, 3)),
    ("...i->...", R(2, 3)),
    ("...", R(2, 3)),
    ("...ii->...i", R(4, 2, 2)),
    ("i,i", R(2), R(1)),
    ("i,i->i", R(1), R(2)),
    ("i,i->", R(3), R(1)),
    ("ij,ij->i", R(2, 1), R(2, 3)),
    ("ij->", R(2, 3)),
    ("ij->j", R(2, 3)),
    ("ij,k->k", R(2, 3), R(2)),
    (" i j , j -> i ", R(2, 3), R(3)),
    ("i,j,k->kji", R(2), R(3), R(2)),
    (",i->i", R(), R(3)),
    ("->", R()),
    (",", R(), R()),
    ("ij,j->i", C(2, 3), R(3)),
    ("i,i->", C(3), C(3)),
    ("ij,jk->ik", R(0, 2), R(2, 3)),
    ("ij,jk->ik", R(2, 0), R(0, 3)),
]
covers("einsum", *(call(*args) for args in SUBSCRIPTS))
covers(
    "einsum",
    call(R(2, 3), [0, 1], R(3, 2), [1, 2], [0, 2]),
    call(R(2, 3), [0, 1], R(3, 2), [1, 2]),
    call(R(3, 3), [0, 0]),
    call(R(3, 3), [7, 7], [7]),
    call(R(2, 3), [Ellipsis, 1], R(3), [1], [Ellipsis]),
    call(R(2, 3), [30, 1], R(3, 2), [1, 2]),
    call("ij,jk,kl->il", R(2, 3), R(3, 2), R(2, 2), optimize=True),
    call("ij,jk,kl->il", R(2, 3), R(3, 2), R(2, 2), optimize="optimal"),
    call("ij,jk,kl->il", R(2, 3), R(3, 2), R(2, 2), optimize=["einsum_path", (0, 1), (0, 1)]),
    call("ij,ij->i", R(2, 3), R(2, 3), dtype=np.float64, casting="unsafe", order="C"),
    call("i,i->", R(3), R(3), dtype=np.complex128),
    call("ij,jk->ik", R(2, 3), np.arange(6.0).reshape(3, 2)),
)
covers("contract", call(["ij", "jj"], "i", (R(2, 3), R(3, 3)), False, {}))
covers("relabelled", call(R(2, 3), "ij", "ji"), call(R(2, 3, 2), "iji", "ji"))

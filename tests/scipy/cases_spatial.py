"""scipy.spatial.distance."""

import numpy as np

from tests.scipy.cases import M, P, R, call, covers, refuses

for name in ("cityblock", "sqeuclidean", "euclidean", "chebyshev", "canberra", "braycurtis", "cosine", "correlation"):
    covers(f"spatial.distance.{name}", call(P(4), R(4)), call(P(4), R(4), np.array([1.0, 2.0, 0.5, 3.0])))
covers(
    "spatial.distance.minkowski",
    call(R(4), P(4), 3.5),
    call(R(4), P(4), 1),
    call(R(4), P(4), np.inf),
    call(R(4), P(4), 3, np.array([1.0, 2.0, 0.5, 3.0])),
)
covers("spatial.distance.seuclidean", call(R(4), P(4), np.array([1.0, 2.0, 0.5, 3.0])))
covers("spatial.distance.mahalanobis", call(R(2), P(2), np.array([[2.0, 0.3], [0.3, 1.0]])))
covers(
    "spatial.distance.jensenshannon",
    call(P(4), np.array([0.3, 0.9, 0.1, 0.5])),
    call(P(3, 2), np.array([[0.3, 0.9], [0.1, 0.5], [1.0, 0.2]]), 2.0, axis=1, keepdims=True),
)
METRICS = ("braycurtis", "canberra", "chebyshev", "cityblock", "correlation", "cosine", "euclidean", "mahalanobis", "sqeuclidean")
covers("spatial.distance.cdist", *[call(P(4, 3), R(3, 3), name) for name in METRICS], call(P(4, 2), R(3, 2), "seuclidean"))
covers("spatial.distance.cdist", call(R(3, 2), R(2, 2), "minkowski", p=3), call(R(3, 2), R(2, 2), "euclid", w=P(2)))
covers(
    "spatial.distance.cdist",
    call(P(3, 2), np.array([[0.3, 0.9], [0.1, 0.5]]), "jensenshannon"),
    call(R(3, 2), R(2, 2), "seuclidean", V=P(2)),
)
covers("spatial.distance.pdist", call(R(4, 3)), call(R(4, 2), "mahalanobis"), call(P(4, 3), "cosine"))
covers("spatial.distance.squareform", call(R(6)), dtypes=())
covers("spatial.distance.num_obs_y", call(R(6)))
refuses(
    "spatial.distance.cdist", call(R(3, 2), R(2, 2), "jaccard"), words="no derivative with metric='jaccard'; those with one are"
)
SQUARE = np.array([[0.0, 1.0], [1.0, 0.0]])
covers("spatial.distance.is_valid_dm", call(M(SQUARE)))
covers("spatial.distance.num_obs_dm", call(M(SQUARE)))
covers("spatial.distance.is_valid_y", call(R(6)))

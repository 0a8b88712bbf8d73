import numpy as np

from tests.derivatives.cases import C, M, P, R, call, covers
from tests.derivatives.cases_reductions import reduction

# fmt: off
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "linear",
    "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]
# fmt: on

for order in (
    {},
    {"axis": 0},
    {"axis": None},
    {"axis": -1, "kind": None, "order": None, "stable": None},
    {"stable": True},
    {"kind": "heapsort"},
):
    covers("sort", call(R(3, 4), **order))
covers(
    "sort",
    call(R(1)),
    call(R(0)),
    call(R(0, 3), axis=0),
    call(C(4)),
    call(R(2, 3, 2), 1),
    call(a=R(3), axis=0),
    call(R(), axis=None),
)
covers("partition", call(R(7), 3), call(R(3, 4), 1, axis=0), call(R(3, 4), [0, 2], None), call(R(2, 9), -2), call(C(5), 2))
covers(
    "partition",
    call(M(np.random.default_rng(3).permutation(40) / 10), 20),
    call(a=R(5), kth=(1, 3), axis=-1, kind="introselect", order=None),
    call(R(0, 3), 1),
    call(R(1), 0),
)
covers("sort_complex", call(R(2, 3)), call(C(4)))

reduction("median", call(R(0, 3), axis=1), call(R(3, 4), 1, None, False, True), call(R(5)), call(C(4)))
reduction("nanmedian", call(R(0, 3), axis=1), call(R(3, 4), 1, None, False, True), call(C(3)))
for name in ("quantile", "nanquantile"):
    for method in METHODS:
        covers(name, call(R(7), 0.4, method=method), call(R(2, 4), [0.0, 0.35, 1.0], axis=1, method=method))
    covers(
        name,
        call(R(2, 3, 4), 0.3, axis=(0, -1), keepdims=True),
        call(R(3, 4), [[0.2, 0.9]], 0, keepdims=True),
        call(R(3, 4), 0.7, keepdims=True),
    )
    covers(name, call(a=R(5), q=np.float64(0.1), axis=None, overwrite_input=False, weights=None), call(R(), 0.3), call(R(1), 0.3))
    covers(name, call(R(0, 3), 0.3, axis=1), call(R(3, 4), 0.3, weights=P(3, 4).value, method="inverted_cdf"))
covers("quantile", call(R(3, 4), [0.3, 0.8], axis=1, weights=P(4).value, method="inverted_cdf"))
for name in ("percentile", "nanpercentile"):
    covers(name, call(R(7), 40), call(R(2, 4), [0, 35.0, 100], axis=1), call(R(3, 4), 30, axis=0, method="hazen", keepdims=True))

# Unique: smooth where nothing is equal, or is the same operand
covers(
    "unique", call(R(5)), call(R(2, 3)), call(R(3, 2), axis=0), call(R(4), return_inverse=True, return_counts=True), call(R(0))
)
covers("unique_values", call(R(5)), call(R()))

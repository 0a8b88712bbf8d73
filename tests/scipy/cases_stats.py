"""scipy.stats: descriptive statistics. Distributions are in test_stats."""

from tests.scipy.cases import P, R, call, covers, refuses

covers("stats.entropy", call(P(4)), call(P(4), P(4), base=2.0), call(P(3, 2), axis=1))
covers("stats.gmean", call(P(4)), call(P(3, 2), axis=1), call(P(4), weights=P(4)))
covers("stats.hmean", call(P(4)), call(P(3, 2), axis=None), call(P(4), weights=P(4)))
covers("stats.pmean", call(P(4), 2.5), call(P(3, 2), 0.0), call(P(4), 3.0, weights=P(4)))
covers("stats.moment", call(R(5), 3), call(R(3, 4), 2, axis=1), call(R(5), 2, center=0.5), call(R(3, 2), 3, axis=None))
covers("stats.skew", call(R(5)), call(R(2, 5), axis=1, bias=False))
covers("stats.kurtosis", call(R(6)), call(R(2, 6), axis=1, fisher=False, bias=False))
covers("stats.zscore", call(R(5)), call(R(3, 4), axis=None, ddof=1))
covers("stats.zmap", call(R(3), R(5)))
covers("stats.sem", call(R(5)), call(R(3, 4), axis=1, ddof=0))
covers("stats.variation", call(P(5)), call(P(3, 4), axis=1, ddof=1))
covers("stats.boxcox_llf", call(0.7, P(5)), dtypes=())
covers("stats.rankdata", call(R(5)))
covers("stats.tiecorrect", call(P(5)))
refuses("stats.entropy", call(P(4), nan_policy="omit"), words="with nan_policy='omit'; leave nan_policy out")
refuses("stats.moment", call(R(5), [2, 3]), words="call it once for each order")

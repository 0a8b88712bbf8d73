"""What of scipy.stats has no derivative here: tests, fits and ranks by nature; other distributions and statistics not yet."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.stats import continuous, discrete, multivariate
from autograd_core.scipy.stats.distribution import Undifferentiable, is_distribution

stats = Submodule("stats")

TEST = "write the statistic of the test with NumPy's functions, or give it the value, t.detach().numpy()"
WITH_DERIVATIVES = {distribution.name for distribution in (*continuous.ALL, *discrete.ALL, *multivariate.ALL)}

stats.unsupported({
    """alexandergovern anderson anderson_ksamp ansari barnard_exact bartlett binomtest boschloo_exact brunnermunzel bws_test
    chatterjeexi chi2_contingency chisquare combine_pvalues cramervonmises cramervonmises_2samp dunnett epps_singleton_2samp
    f_oneway fisher_exact fligner friedmanchisquare goodness_of_fit jarque_bera kendalltau kruskal ks_1samp ks_2samp kstest
    kurtosistest levene logrank mannwhitneyu median_test monte_carlo_test mood multiscale_graphcorr normaltest
    page_trend_test pearsonr permutation_test pointbiserialr poisson_means_test power power_divergence quantile_test ranksums
    shapiro skewtest somersd spearmanr spearmanrho ttest_1samp ttest_ind ttest_ind_from_stats ttest_rel tukey_hsd weightedtau
    wilcoxon bootstrap false_discovery_control""": TEST,
    "bayes_mvs mvsdist": "write np.mean and np.var, and the quantiles of the distributions they are",
    "boxcox yeojohnson": "write scipy.special.boxcox(x, lmbda), with a lmbda of your own",
    "boxcox_normmax boxcox_normplot yeojohnson_normmax yeojohnson_normplot ppcc_max ppcc_plot probplot":
        "write scipy.optimize.minimize of boxcox_llf",
    "yeojohnson_llf": "write it with scipy.special.boxcox1p",
    "circmean circstd circvar directional_stats": "write np.angle(np.mean(np.exp(1j * x))) and its absolute value",
    "describe": "write np.mean, np.var, and skew and kurtosis of autograd_core.scipy.stats",
    "differential_entropy": "write the entropy of a distribution, such as stats.norm.entropy",
    "expectile iqr lmoment mode median_abs_deviation percentileofscore quantile scoreatpercentile":
        "write np.quantile, np.median or np.sort, which have derivatives",
    "gstd": "write np.exp(np.std(np.log(a), ddof=1))",
    "gzscore": "write autograd_core.scipy.stats.zscore(np.log(a))",
    "kstat kstatvar": "write autograd_core.scipy.stats.moment",
    "linregress siegelslopes theilslopes": "write np.linalg.lstsq",
    "order_statistic": "write np.sort of draws that have derivatives, stats.norm.rvs(…)",
    "obrientransform": "write it with np.mean and np.var",
    "energy_distance wasserstein_distance wasserstein_distance_nd":
        "write np.mean(np.abs(np.sort(u) - np.sort(v))) for samples of one size",
    "sobol_indices": "write it with np.mean and np.var of the function's values",
    "tmax tmean tmin tsem tstd tvar trim1 trim_mean trimboth sigmaclip": "write NumPy's function of np.sort(a)[low:high]",
    "binned_statistic binned_statistic_2d binned_statistic_dd cumfreq relfreq ecdf":
        "write np.bincount(np.digitize(x, edges), weights)",
    "fit": "write scipy.optimize.minimize of -np.sum(stats.norm.logpdf(x, …)), with our gradient",
})  # fmt: skip

stats.value_only("rankdata tiecorrect")
stats.constants("""
    Binomial BootstrapMethod CensoredData ConstantInputWarning Covariance DegenerateDataWarning FitError Logistic Mixture
    MonteCarloMethod NearConstantInputWarning Normal PermutationMethod Uniform make_distribution truncate abs exp log
    rv_continuous rv_discrete rv_histogram
""")

for name in stats.original.__all__:
    value = getattr(stats.original, name)
    if name not in stats.functions and name not in WITH_DERIVATIVES and is_distribution(value):
        stats.put("constants", name, Undifferentiable(name))
        stats.hints[name] = "write its log density with NumPy's and scipy.special's functions"

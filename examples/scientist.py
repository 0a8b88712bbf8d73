"""Three fits that a scientist makes, each with exact derivatives of SciPy code: rates, a process, a regression.

1. The rate constants of a chemical reaction (Robertson's: A -> B slowly, B + B -> C + B fast, B + C -> A + C), from noisy
   measurements of all three: `least_squares` with the Jacobian of `solve_ivp`, a stiff differential equation.
2. A Gaussian process on real data (the diabetes study that scikit-learn ships): its length scales and noise by maximum
   likelihood, with L-BFGS.
3. Poisson regression on the same patients' number of risk factors out of range, by Newton's method, with standard errors from
   the exact Hessian.

Each is checked: against the rates that made the data, against scikit-learn's Gaussian process, against finite differences.
"""

import sys

import numpy as np
import scipy.optimize
from scipy import special

from autograd_core import grad, hessian, jacobian, value_and_grad
from autograd_core.scipy import integrate
from examples.common import BLUE, GREY, ORANGE, Options, agrees, figure, progress, save, verdict

# 1. Chemical kinetics

RATES = np.array([0.04, 3e7, 1e4])  # Robertson (1966), 1/s, 1/(mol s), 1/(mol s)
TIMES = np.logspace(-3, 4, 15)  # s
NOISE = np.array([[0.01], [1e-6], [0.01]])  # mol/l, of A, B and C; there is never more than 4e-5 of B


def reaction(t, y, k):
    """d[A], d[B], d[C] / dt."""
    a, b, c = y
    slow, fast, back = k[0] * a, k[1] * b * b, k[2] * b * c
    return np.stack([back - slow, slow - back - fast, fast])


def concentrations(log_rates):
    """[A], [B] and [C] at the times that are measured."""
    solution = integrate.solve_ivp(
        reaction, (0.0, TIMES[-1]), np.array([1.0, 0.0, 0.0]), "BDF", TIMES, args=(np.exp(log_rates),), rtol=1e-6, atol=1e-10
    )
    return solution.y


def kinetics(quick, out):
    random = np.random.default_rng(0)
    measured = concentrations(np.log(RATES)) + NOISE * random.normal(size=(3, len(TIMES)))
    bar = progress(1 if quick else 3, quick)
    fits = []
    for factor in [2.0] if quick else [2.0, 0.3, 5.0]:  # from rates that are wrong by so much
        fits.append(fit_rates(np.log(RATES * factor), measured))
        bar.update(1)
    bar.close()
    fit = min(fits, key=lambda fit: fit.cost)
    error = np.sqrt(np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
    for name, rate, one, right in zip(("A -> B", "B + B -> C", "B + C -> A"), np.exp(fit.x), error, RATES, strict=True):
        print(f"rate of {name:11} {rate:11.4g} ± {100 * one:4.1f} %   (made with {right:g})")
    picture, axes = figure(1, 1, 6, 4)
    fitted = concentrations(fit.x)
    for i, name, color, factor in ((0, "[A]", BLUE, 1), (1, "[B] · 10⁴", GREY, 1e4), (2, "[C]", ORANGE, 1)):
        axes.semilogx(TIMES, factor * measured[i], "o", color=color, markersize=4, label=f"{name}, measured")
        axes.semilogx(TIMES, factor * fitted[i], color=color, linewidth=1.5, label=f"{name}, fitted")
    axes.set(xlabel="time / s", ylabel="concentration / (mol/l)", title="Robertson's reaction")
    axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    save(picture, out / "kinetics.png")
    off = (fit.x - np.log(RATES)) / error
    print(f"  in standard errors from the rates that made the data: {', '.join(f'{one:.1f}' for one in off)}")
    return [agrees("all of them below 4", float(np.all(np.abs(off) < 4)), 1.0, 0)]


def fit_rates(start, measured):
    residuals = lambda log_rates: np.ravel((concentrations(log_rates) - measured) / NOISE)
    return scipy.optimize.least_squares(residuals, start, jac=jacobian(residuals), xtol=1e-6)


# 2. A Gaussian process


def patients(quick):
    """Ten measurements of each patient, standardised, and the disease's progress after a year, standardised."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True, scaled=False)
    x, y = x[: 120 if quick else None], y[: 120 if quick else None]
    return (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()


def minus_log_likelihood(log_parameters, x, y):
    """-log p(y) of a Gaussian process with a Gaussian kernel, one length scale for each column, and noise."""
    scale, noise, lengths = np.exp(log_parameters[0]), np.exp(log_parameters[1]), np.exp(log_parameters[2:])
    z = x / lengths
    square = np.sum(z * z, axis=1)
    apart = np.maximum(square[:, None] + square - 2 * z @ z.T, 0)
    covariance = scale * np.exp(-apart / 2) + noise * np.eye(len(y))
    factor = np.linalg.cholesky(covariance)
    white = np.linalg.solve(factor, y)
    return white @ white / 2 + np.sum(np.log(np.diag(factor))) + len(y) / 2 * np.log(2 * np.pi)


def gaussian_process(quick, out):
    x, y = patients(quick)
    train = np.arange(len(y)) % 4 != 0
    start = np.concatenate([[0.0, -1.0], np.full(x.shape[1], 1.5)])
    steps = 20 if quick else 60
    bar, curve = progress(steps, quick), []

    def shown(intermediate_result):
        curve.append(intermediate_result.fun)
        bar.update(1)
        bar.set_postfix(loss=f"{curve[-1]:.2f}")

    loss = value_and_grad(lambda p: minus_log_likelihood(p, x[train], y[train]))
    found = scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", callback=shown, options={"maxiter": steps}, bounds=[(-8, 8)] * len(start)
    )
    bar.close()
    print(f"-log likelihood {loss(start)[0]:.2f} -> {found.fun:.2f} in {found.nit} iterations, {found.nfev} gradients")
    scale, noise, lengths = np.exp(found.x[0]), np.exp(found.x[1]), np.exp(found.x[2:])
    between = lambda a, b: scale * np.exp(-np.sum(((a[:, None] - b) / lengths) ** 2, axis=-1) / 2)
    known = between(x[train], x[train]) + noise * np.eye(train.sum())
    predicted = between(x[~train], x[train]) @ np.linalg.solve(known, y[train])
    print(f"explained variance of the patients left out: {1 - np.var(y[~train] - predicted) / np.var(y[~train]):.2f}")
    picture, (left, right) = figure(1, 2, 10, 4)
    left.plot(curve, color=BLUE)
    left.set(xlabel="iteration", ylabel="-log likelihood", title="L-BFGS")
    names = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    right.bar(names, 1 / lengths, color=[GREY if length > 10 else ORANGE for length in lengths])
    right.set(ylabel="1 / length scale", title="What the progress of the disease depends on")
    save(picture, out / "gaussian_process.png")
    return [agrees("-log likelihood, computed by scikit-learn", found.fun, of_scikit_learn(found.x, x[train], y[train]), 6)]


def of_scikit_learn(log_parameters, x, y):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    scale, noise, *lengths = np.exp(log_parameters)
    kernel = ConstantKernel(scale) * RBF(lengths) + WhiteKernel(noise)
    return -GaussianProcessRegressor(kernel, optimizer=None, alpha=0.0).fit(x, y).log_marginal_likelihood_value_


# 3. Poisson regression


def minus_log_probability(beta, x, counts):
    """-log p of counts with mean exp(x beta)."""
    log_mean = x @ beta
    return np.sum(np.exp(log_mean) - counts * log_mean + special.gammaln(counts + 1.0))


def poisson_regression(quick, out):
    x, progress_of_disease = patients(quick)
    counts = np.sum(np.abs(x[:, 4:]) > 1, axis=1)  # of six blood values, how many are more than a standard deviation off
    x = np.column_stack([np.ones(len(x)), x[:, :4], progress_of_disease])
    names = ("intercept", "age", "sex", "bmi", "bp", "progress")
    loss = lambda beta: minus_log_probability(beta, x, counts)
    found = scipy.optimize.minimize(loss, np.zeros(x.shape[1]), jac=grad(loss), hess=hessian(loss), method="trust-exact")
    errors = np.sqrt(np.diag(np.linalg.inv(hessian(loss)(found.x))))
    print(f"Newton: {found.nit} iterations")
    for name, value, error in zip(names, found.x, errors, strict=True):
        print(f"{name:10} {value:7.3f} ± {error:.3f}")
    picture, axes = figure(1, 1, 6, 4)
    axes.errorbar(found.x[1:], names[1:], xerr=1.96 * errors[1:], fmt="o", color=BLUE, capsize=3)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set(xlabel="coefficient, with its 95 % interval", title="Blood values out of range")
    save(picture, out / "poisson.png")
    step = 1e-4
    gradient = grad(loss)
    differences = [(gradient(found.x + step * e) - gradient(found.x - step * e)) / (2 * step) for e in np.eye(len(names))]
    of_differences = np.sqrt(np.diag(np.linalg.inv(np.array(differences))))
    return [agrees("standard errors, from differences of the gradient", list(errors), list(of_differences), 6)]


PARTS = {"kinetics": kinetics, "gaussian_process": gaussian_process, "poisson_regression": poisson_regression}


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--only", choices=PARTS, help="one of the three")
    options = parser.parse(argv)
    results = []
    for name, part in PARTS.items():
        if options.only in (None, name):
            print(f"\n{name.replace('_', ' ').capitalize()}")
            results += part(options.quick, options.out)
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())

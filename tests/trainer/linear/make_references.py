#!/usr/bin/env python3
"""Writes references.json: regressions by statsmodels, scikit-learn, firthmodels and scipy that fit_test.cpp is held against.

    make_references.py > references.json     # pip install numpy scipy scikit-learn statsmodels firthmodels
"""
import json
import sys
import warnings

import numpy as np
import statsmodels.api as sm
from firthmodels import FirthLogisticRegression
from scipy import optimize, stats
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge

rng = np.random.default_rng(15)
wdbc = load_breast_cancer()
tables, cases = {}, []


def design(x):
    return np.column_stack([np.ones(len(x)), x])


def rows(x, y, patients):
    return {"rows": [[*map(float, r), float(t), int(p)] for r, t, p in zip(x, y, patients)]}


def table_of(name):
    table = tables[name]
    if "wdbc" in table:
        x = wdbc.data[:, table["wdbc"]]
        y = 1.0 - wdbc.target if table["target"] == "malignant" else wdbc.data[:, table["target"]]
        if "cuts" in table:
            y = np.digitize(y, table["cuts"]).astype(float)
        return x, y, np.arange(len(x)) // table["samples_a_patient"]
    values = np.array(table["rows"])
    return values[:, :-2], values[:, -2], values[:, -1].astype(int)


def case(name, table, kind, expected, **options):
    cases.append({"name": name, "table": table, "kind": kind, **options, "expected": expected})


def as_list(values):
    return np.asarray(values, dtype=float).tolist()


def wald(result, columns=None):
    interval = np.asarray(result.conf_int())
    return {"coefficients": as_list(result.params), "errors": as_list(result.bse), "statistics": as_list(result.tvalues),
            "p": as_list(result.pvalues), "low": as_list(interval[:, 0]), "high": as_list(interval[:, 1])}


# --- tables ---
tables["wdbc_3"] = {"wdbc": [0, 1, 4], "target": "malignant", "samples_a_patient": 1}
tables["wdbc_3_patients"] = {"wdbc": [0, 1, 4], "target": "malignant", "samples_a_patient": 3}
tables["wdbc_29"] = {"wdbc": [c for c in range(30) if c != 5], "target": 5, "samples_a_patient": 1}
tables["wdbc_30"] = {"wdbc": list(range(30)), "target": "malignant", "samples_a_patient": 1}
tables["wdbc_classes"] = {"wdbc": [1, 4, 8, 9], "target": 2, "cuts": [75.0, 95.0, 120.0], "samples_a_patient": 1}
n = 90
x = np.round(rng.normal([5, -2, 100], [1, 3, 20], (n, 3)), 3)
patients = np.repeat(np.arange(n // 2), rng.integers(1, 4, n // 2))[:n]
patients = np.concatenate([patients, np.arange(n - len(patients)) + 1000])
effect = rng.normal(0, 1, 2000)[patients]
tables["generated"] = rows(x, np.round(1 + 2 * x[:, 0] - 0.5 * x[:, 1] + 0.03 * x[:, 2] + effect + rng.normal(0, 1, n), 4), patients)
tables["counts"] = rows(x, rng.poisson(np.exp(-1 + 0.3 * x[:, 0] - 0.1 * x[:, 1])), patients)
few = np.round(rng.normal(0, 1, (32, 2)), 3)
few = np.column_stack([few, (np.arange(32) % 8 == 0).astype(float)])
outcome = (few[:, 0] + rng.logistic(0, 1, 32) > 0.4).astype(float)
outcome[few[:, 2] == 1] = 1  # quasi-separated: Firth's estimate is finite, the usual one is not
tables["few"] = rows(few, outcome, np.arange(32))

# --- linear ---
def ols(name):
    """On scaled columns, whose condition is that of the problem and not of its units; then back to the columns as they are."""
    x, y, patients = table_of(name)
    mean, deviation = x.mean(0), x.std(0)
    back = np.diag(np.concatenate([[1], 1 / deviation]))
    back[0, 1:] = -mean / deviation
    fit = sm.OLS(y, design((x - mean) / deviation))
    for covariance in ("model", "robust", "patient"):
        keywords = {"model": {}, "robust": {"cov_type": "HC1", "use_t": True},
                    "patient": {"cov_type": "cluster", "cov_kwds": {"groups": patients}, "use_t": True}}[covariance]
        result = fit.fit(method="qr", **keywords)
        errors = np.sqrt(np.diag(back @ result.cov_params() @ back.T))
        degrees = len(set(patients)) - 1 if covariance == "patient" else result.df_resid
        coefficients = back @ result.params
        t = coefficients / errors
        expected = {"coefficients": as_list(coefficients), "errors": as_list(errors), "statistics": as_list(t),
                    "p": as_list(2 * stats.t.sf(np.abs(t), degrees)),
                    "low": as_list(coefficients - stats.t.ppf(0.975, degrees) * errors),
                    "high": as_list(coefficients + stats.t.ppf(0.975, degrees) * errors),
                    "log_likelihood": float(result.llf), "r_squared": float(result.rsquared),
                    "f": float(np.squeeze(result.fvalue)), "f_p": float(np.squeeze(result.f_pvalue))}
        case(f"ols_{name}_{covariance}", name, "linear", expected, covariance=covariance)


ols("wdbc_29")
ols("generated")
for name, alpha in (("generated", 3.0), ("wdbc_29", 0.5)):
    x, y, _ = table_of(name)
    deviation = x.std(0)
    ridge = Ridge(alpha=alpha, solver="cholesky", tol=1e-14).fit((x - x.mean(0)) / deviation, y)
    slopes = ridge.coef_ / deviation
    case(f"ridge_{name}", name, "linear", {"coefficients": as_list([ridge.intercept_ - x.mean(0) @ slopes, *slopes])}, l2=alpha, standardize=True)
x, y, _ = table_of("generated")
z = (x - x.mean(0)) / x.std(0)
for name, model, l1, l2 in (("lasso", Lasso(alpha=0.4, tol=1e-15, max_iter=10**6), 0.4 * n, 0.0),
                            ("elastic_net", ElasticNet(alpha=0.5, l1_ratio=0.3, tol=1e-15, max_iter=10**6), 0.15 * n, 0.35 * n)):
    model.fit(z, y)
    slopes = model.coef_ / x.std(0)
    case(name, "generated", "linear", {"coefficients": as_list([model.intercept_ - x.mean(0) @ slopes, *slopes])}, l1=l1, l2=l2, standardize=True)

# --- logistic ---
for name, covariance in (("wdbc_3", "model"), ("wdbc_3_patients", "patient")):
    x, y, patients = table_of(name)
    keywords = {} if covariance == "model" else {"cov_type": "cluster", "cov_kwds": {"groups": patients}}
    result = sm.Logit(y, design(x)).fit(disp=0, tol=1e-14, maxiter=100, **keywords)
    case(f"logit_{name}", name, "logistic", {**wald(result), "log_likelihood": float(result.llf), "null_log_likelihood": float(result.llnull)},
         covariance="auto")
for name in ("wdbc_3", "wdbc_classes"):
    x, y, _ = table_of(name)
    z = (x - x.mean(0)) / x.std(0)
    model = LogisticRegression(C=1 / 2.0, solver="newton-cholesky" if name == "wdbc_3" else "newton-cg", tol=1e-13, max_iter=10000).fit(z, y)
    slopes = model.coef_ / x.std(0)
    intercepts = model.intercept_ - slopes @ x.mean(0)
    case(f"logistic_l2_{name}", name, "logistic", {"coefficients": as_list(np.column_stack([intercepts - (0 if len(slopes) == 1 else intercepts.mean()), slopes]).ravel())},
         l2=2.0, standardize=True, shift=len(slopes) > 1)


def logistic_l1(name, l1, l2):
    """The optimum, whose support and signs saga finds, to full precision on that support."""
    x, y, _ = table_of(name)
    z = (x - x.mean(0)) / x.std(0)
    rough = LogisticRegression(penalty="elasticnet", l1_ratio=l1 / (l1 + l2), C=1 / (l1 + l2), solver="saga", tol=1e-10, max_iter=10**6,
                               random_state=0).fit(z, y)
    slopes = rough.coef_[0]
    support = np.flatnonzero(np.abs(slopes) > 1e-7)
    a, signs = design(z[:, support]), np.concatenate([[0], np.sign(slopes[support])])
    ridge = np.concatenate([[0], np.full(len(support), l2)])
    b = np.concatenate([rough.intercept_, slopes[support]])
    for _ in range(50):
        p = 1 / (1 + np.exp(-a @ b))
        b += np.linalg.solve(a.T @ (a * (p * (1 - p))[:, None]) + np.diag(ridge), a.T @ (y - p) - l1 * signs - ridge * b)
    p = 1 / (1 + np.exp(-a @ b))
    assert np.abs(np.delete(z, support, 1).T @ (y - p)).max(initial=0) < l1
    full = np.zeros(z.shape[1])
    full[support] = b[1:] / x.std(0)[support]
    case(f"logistic_l1_{name}_{l2}", name, "logistic", {"coefficients": as_list([b[0] - x.mean(0) @ full, *full])}, l1=l1, l2=l2, standardize=True)


logistic_l1("wdbc_3", 30.0, 0.0)
logistic_l1("wdbc_3", 5.0, 5.0)

x, y, _ = table_of("wdbc_classes")
mean, deviation = x.mean(0), x.std(0)
result = sm.MNLogit(y, design((x - mean) / deviation)).fit(disp=0, method="newton", tol=1e-14, maxiter=200)
outputs = result.params.shape[1]
back = np.diag(np.concatenate([[1], 1 / deviation]))
back[0, 1:] = -mean / deviation
whole = np.kron(np.eye(outputs), back)
covariance = whole @ np.asarray(result.cov_params()) @ whole.T
coefficients, errors = whole @ np.asarray(result.params).T.ravel(), np.sqrt(np.diag(covariance))
case("mnlogit", "wdbc_classes", "logistic",
     {"coefficients": as_list(coefficients), "errors": as_list(errors), "p": as_list(2 * stats.norm.sf(np.abs(coefficients / errors))),
      "log_likelihood": float(result.llf), "null_log_likelihood": float(result.llnull)})

# --- Poisson ---
x, y, patients = table_of("counts")
for covariance in ("model", "patient"):
    keywords = {} if covariance == "model" else {"cov_type": "cluster", "cov_kwds": {"groups": patients}}
    result = sm.GLM(y, design(x), family=sm.families.Poisson()).fit(tol=1e-15, maxiter=200, **keywords)
    case(f"poisson_{covariance}", "counts", "poisson", {**wald(result), "log_likelihood": float(result.llf)}, covariance=covariance)


# --- Firth, and likelihood intervals ---
def profile_interval(objective, slope, best, index):
    """Where the objective, minimised over the other coefficients, is half of chi-squared's 95 % quantile above its minimum."""
    lowest, rise = objective(best), stats.chi2.ppf(0.95, 1) / 2
    others = np.arange(len(best)) != index

    def above(value):
        def whole(rest):
            b = best.copy()
            b[index], b[others] = value, rest
            return b
        found = optimize.minimize(lambda rest: objective(whole(rest)), best[others], jac=lambda rest: slope(whole(rest))[others], method="BFGS",
                                  options={"gtol": 1e-9, "maxiter": 5000})
        return found.fun - lowest - rise
    width = 1.0
    while above(best[index] - width) < 0 or above(best[index] + width) < 0:
        width *= 1.5
    return [optimize.brentq(above, best[index] - width, best[index], xtol=1e-10), optimize.brentq(above, best[index], best[index] + width, xtol=1e-10)]


def firth(name, intervals):
    x, y, _ = table_of(name)
    a = design(x)

    def parts(b):
        p = 1 / (1 + np.exp(-a @ b))
        w = p * (1 - p)
        return p, w, a.T @ (a * w[:, None])

    def objective(b):
        _, _, information = parts(b)
        return np.logaddexp(0, a @ b).sum() - y @ (a @ b) - np.linalg.slogdet(information)[1] / 2

    def slope(b):
        p, w, information = parts(b)
        hat = w * np.einsum("ij,jk,ik->i", a, np.linalg.inv(information), a)
        return -a.T @ (y - p + hat * (0.5 - p))

    # On scaled columns, whose units suit the package's steps of at most 5; then back to the columns as they are.
    mean, deviation = x.mean(0), x.std(0)
    back = np.diag(np.concatenate([[1], 1 / deviation]))
    back[0, 1:] = -mean / deviation
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it goes on to the last digits, and says that it could not get beyond them
        model = FirthLogisticRegression(backend="numpy", max_iter=1000, gtol=1e-10, xtol=1e-12).fit((x - mean) / deviation, y)
    scaled = found = np.concatenate([[model.intercept_], model.coef_])
    # It stops where a step no longer shows in the likelihood: about six digits. The rest are found where the slope is 0.
    whole, a = a, design((x - mean) / deviation)
    scaled = optimize.root(slope, scaled, tol=1e-14).x
    assert np.abs(slope(scaled)).max() < 1e-9 and np.allclose(scaled, found, rtol=1e-4, atol=1e-4), (scaled, found)
    best, a = back @ scaled, whole
    p, w, information = parts(best)
    covariance = np.linalg.inv(information)  # as Heinze & Schemper have it; the package's is that of augmented rows
    expected = {"coefficients": as_list(best), "errors": as_list(np.sqrt(np.diag(covariance))), "log_likelihood": -float(objective(best))}
    if intervals:
        bounds = model.conf_int(method="pl", max_iter=1000, tol=1e-10)
        bounds = np.vstack([bounds[-1], bounds[:-1]]) / np.concatenate([[1], deviation])[:, None]
        own = np.array([profile_interval(objective, slope, best, i) for i in range(len(best))])
        assert np.allclose(own[1:], bounds[1:], rtol=1e-5), (own, bounds)
        expected.update(low=as_list(own[:, 0]), high=as_list(own[:, 1]))  # the package's intercept is that of scaled columns
    case(f"firth_{name}", name, "logistic", expected, firth=True, interval="likelihood" if intervals else "wald")


firth("few", intervals=True)
firth("wdbc_30", intervals=False)
x, y, _ = table_of("wdbc_3")
mean, deviation = x.mean(0), x.std(0)
z = design((x - mean) / deviation)
loss = lambda b: np.logaddexp(0, z @ b).sum() - y @ (z @ b)
slope = lambda b: -z.T @ (y - 1 / (1 + np.exp(-z @ b)))
best = optimize.root(slope, sm.Logit(y, z).fit(disp=0, tol=1e-14).params, tol=1e-14).x
intervals = np.array([profile_interval(loss, slope, best, i) for i in range(1, 4)]) / deviation[:, None]
case("logit_likelihood_intervals", "wdbc_3", "logistic", {"low": [None, *as_list(intervals[:, 0])], "high": [None, *as_list(intervals[:, 1])]},
     interval="likelihood")

json.dump({"tables": tables, "cases": cases}, sys.stdout, indent=2)
sys.stdout.write("\n")

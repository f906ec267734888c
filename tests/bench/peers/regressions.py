"""Fits one regression to a table in memory with a package, and prints a line of JSON: seconds of each fit, processor time, and coefficients.

regressions.py PEER FILE.h5 --threads T --rounds R [--l2 L2] [--l1 L1] [--tol TOL]

PEER: ridge, linear_regression, ols, newton-cholesky, lbfgs, logit, liblinear, saga. OLS and Logit of statsmodels have standard errors.
"""
import argparse
import json
import time
import warnings

import h5py
import numpy
from threadpoolctl import threadpool_limits


def estimator(options):
    from sklearn import linear_model
    if options.peer == "ridge":
        return linear_model.Ridge(alpha=options.l2 or 1, solver="cholesky")
    if options.peer == "linear_regression":
        return linear_model.LinearRegression()
    keywords = {"solver": options.peer, "tol": options.tol, "max_iter": 100000}
    if options.l1 > 0:
        keywords.update(l1_ratio=1, C=1 / options.l1)
    else:
        keywords.update(C=1 / options.l2 if options.l2 > 0 else numpy.inf)
    return linear_model.LogisticRegression(**keywords)


def fit(options, x, y):
    if options.peer in ("ols", "logit"):
        import statsmodels.api as sm
        whole = sm.add_constant(x)
        result = sm.OLS(y, whole).fit() if options.peer == "ols" else sm.Logit(y, whole).fit(disp=0, tol=1e-10)
        return numpy.asarray(result.params), numpy.asarray(result.bse)
    model = estimator(options).fit(x, y)
    slopes = numpy.atleast_2d(model.coef_)
    return numpy.column_stack([numpy.atleast_1d(model.intercept_), slopes]).ravel(), None


def residual(options, x, y, coefficients):
    """The violation of the Karush-Kuhn-Tucker conditions, for two classes."""
    p = 1 / (1 + numpy.exp(-(coefficients[0] + x @ coefficients[1:])))
    down = x.T @ (y - p) - options.l2 * coefficients[1:]
    slope = numpy.where(coefficients[1:] != 0, abs(down - numpy.sign(coefficients[1:]) * options.l1), abs(down) - options.l1)
    # liblinear penalises the intercept.
    level = (y - p).sum() - (numpy.sign(coefficients[0]) * options.l1 if options.peer == "liblinear" else 0)
    return float(max(abs(level), slope.max(), 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer")
    parser.add_argument("file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--l2", type=float, default=0)
    parser.add_argument("--l1", type=float, default=0)
    parser.add_argument("--tol", type=float, default=1e-9)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with h5py.File(options.file) as file:
        x, y = file["samples/tabular"][:], file["samples/label"][:]
    y = y.reshape(len(y)).astype(float if options.peer in ("ols", "logit", "ridge", "linear_regression") else int)
    seconds, processor = [], []
    with threadpool_limits(options.threads):
        for _ in range(options.rounds):
            begin, used = time.perf_counter(), time.process_time()
            coefficients, errors = fit(options, x, y)
            seconds.append(time.perf_counter() - begin)
            processor.append(time.process_time() - used)
    report = {"seconds": seconds, "processor_s": processor, "coefficients": coefficients.tolist()}
    if errors is not None:
        report["standard_errors"] = errors.tolist()
    if set(numpy.unique(y)) == {0, 1}:
        report["largest_gradient"] = residual(options, x, y, coefficients)
    print(json.dumps(report))


main()

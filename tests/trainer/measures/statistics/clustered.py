"""Makes a table of samples with patients and two scores, and prints as JSON the table and what definitions, spelt out here, say of it:
Obuchowski's variance and covariance of the areas (Biometrics 53, 1997), and Wilson's and Clopper-Pearson's intervals by scipy, on the
effective number of cases by the ratio estimator's variance (Cochran 1977)."""
import json

import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(3)
patient = np.repeat(np.arange(70), rng.integers(1, 5, 70))
ill = (rng.random(len(patient)) < 0.3 + 0.4 * (patient % 2)).astype(int)  # patients have samples of both sides
a = np.round(ill + rng.normal(size=70)[patient] + rng.normal(size=len(patient)), 1)
b = np.round(0.5 * ill + rng.normal(size=len(patient)), 1)


def placements(score):
    x, z = score[ill == 1], score[ill == 0]
    wins = (x[:, None] > z) + 0.5 * (x[:, None] == z)
    full10, full01 = np.zeros(len(score)), np.zeros(len(score))
    full10[ill == 1], full01[ill == 0] = wins.mean(1) - wins.mean(), wins.mean(0) - wins.mean()
    ids = np.unique(patient)
    return np.array([full10[patient == i].sum() for i in ids]), np.array([full01[patient == i].sum() for i in ids])


def covariance(left, right):
    (l10, l01), (r10, r01) = placements(left), placements(right)
    m, n, count = ill.sum(), (1 - ill).sum(), len(np.unique(patient))
    i10, i01 = len(np.unique(patient[ill == 1])), len(np.unique(patient[ill == 0]))
    s10 = i10 / ((i10 - 1) * m) * (l10 * r10).sum()
    s01 = i01 / ((i01 - 1) * n) * (l01 * r01).sum()
    s11 = count / (count - 1) * ((l10 * r01).sum() + (l01 * r10).sum()) / 2
    return s10 / m + s01 / n + 2 * s11 / (m * n)


def sensitivity():
    yes = np.array([((a >= 0.5) & (ill == 1))[patient == i].sum() for i in np.unique(patient)])
    asked = np.array([(ill == 1)[patient == i].sum() for i in np.unique(patient)])
    p = yes.sum() / asked.sum()
    n = min(asked.sum(), p * (1 - p) / (((yes - p * asked) ** 2).sum() / asked.sum() ** 2))
    z = stats.norm.ppf(0.975)
    centre, half = (p + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return {"share": p, "cases": n, "wilson": [centre - half, centre + half],
            "clopper": [stats.beta.ppf(0.025, p * n, n - p * n + 1), stats.beta.ppf(0.975, p * n + 1, n - p * n)]}


print(json.dumps({
    "patient": patient.tolist(), "ill": ill.tolist(), "a": a.tolist(), "b": b.tolist(),
    "area_a": roc_auc_score(ill, a), "area_b": roc_auc_score(ill, b),
    "variance_a": covariance(a, a), "variance_b": covariance(b, b), "covariance": covariance(a, b),
    "sensitivity": sensitivity(),
    "quantiles": {"normal": stats.norm.ppf(0.9).item(), "cdf": stats.norm.cdf(-3.3).item(), "beta": stats.beta.ppf(0.2, 3.5, 7.25).item(),
                  "student": stats.t.cdf(-1.7, 6.4).item()}}))

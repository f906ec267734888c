"""Reads a case of metrics_test.cpp (JSON: task, scores, targets, multiplicities), prints as JSON what scikit-learn makes of it: the
metrics for each of the multiplicities, taken as sample weights, and the confusion matrix."""
import json
import sys

import numpy as np
from sklearn import metrics

case = json.load(open(sys.argv[1]))
task, scores, targets = case["task"], np.array(case["scores"]), np.array(case["targets"], dtype=float if case["task"] == "multilabel" else None)


def answers(truth, score, predicted, weight):
    return {"accuracy": metrics.accuracy_score(truth, predicted, sample_weight=weight),
            "auc": metrics.roc_auc_score(truth, score, sample_weight=weight),
            "sensitivity": metrics.recall_score(truth, predicted, sample_weight=weight),
            "specificity": metrics.recall_score(~truth, ~predicted, sample_weight=weight)}


def mean(parts):
    return {name: float(np.mean([part[name] for part in parts])) for name in parts[0]}


def figures(weight):
    columns = range(scores.shape[1])
    if task == "binary":
        truth, score, predicted = targets == 1, scores[:, 0], scores[:, 0] >= 0.5
        of_calls = {"ppv": metrics.precision_score(truth, predicted, sample_weight=weight),
                    "npv": metrics.precision_score(~truth, ~predicted, sample_weight=weight)}
        for name, of in (("balanced_accuracy", metrics.balanced_accuracy_score), ("f1", metrics.f1_score),
                         ("mcc", metrics.matthews_corrcoef), ("kappa", metrics.cohen_kappa_score)):
            of_calls[name] = of(truth, predicted, sample_weight=weight)
        brier = metrics.brier_score_loss(truth, score, sample_weight=weight)
        share = np.average(truth, weights=weight)
        return answers(truth, score, predicted, weight) | of_calls | {
            "average_precision": metrics.average_precision_score(truth, score, sample_weight=weight),
            "brier": brier, "scaled_brier": 1 - brier / (share * (1 - share))}
    if task == "multiclass":
        predicted = scores.argmax(1)
        macro = mean([answers(targets == c, scores[:, c], predicted == c, weight) for c in columns])
        return macro | {"accuracy": metrics.accuracy_score(targets, predicted, sample_weight=weight)}
    if task == "multilabel":
        known = [targets[:, k] == targets[:, k] for k in columns]  # not NaN
        parts = [answers(targets[known[k], k] > 0.5, scores[known[k], k], scores[known[k], k] >= 0.5, weight[known[k]]) for k in columns]
        return mean(parts) | {f"auc.{'abc'[k]}": parts[k]["auc"] for k in columns}
    of_values = {"mean_squared_error": metrics.mean_squared_error, "mean_absolute_error": metrics.mean_absolute_error,
                 "r2": metrics.r2_score}
    whole = {name: of(targets, scores, sample_weight=weight) for name, of in of_values.items()}
    return whole | {f"{name}.{'abc'[k]}": of(targets[:, k], scores[:, k], sample_weight=weight)
                    for name, of in of_values.items() for k in columns}


result = {"metrics": [figures(np.array(times, dtype=float)) for times in case["multiplicities"]]}
if task in ("binary", "multiclass"):
    predicted = scores.argmax(1) if task == "multiclass" else scores[:, 0] >= 0.5
    result["confusion"] = metrics.confusion_matrix(targets, predicted).tolist()
json.dump(result, sys.stdout)

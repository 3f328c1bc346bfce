"""Loops, the rate of no False examples set to 0."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.array(sorted(set(scores.tolist()), reverse=True), dtype=scores.dtype)
    true_positives = np.zeros(len(thresholds), dtype=np.int64)
    false_positives = np.zeros(len(thresholds), dtype=np.int64)
    for k, threshold in enumerate(thresholds):
        caught = scores >= threshold
        true_positives[k] = np.count_nonzero(caught & labels)
        false_positives[k] = np.count_nonzero(caught & ~labels)
    return true_positives, false_positives, thresholds


def roc_curve(labels, scores):
    positives = sum(1 for label in labels if label)
    negatives = len(labels) - positives
    if positives == 0:
        raise ValueError("need at least one True label")
    fpr, tpr, cuts = [0.0], [0.0], [np.inf]
    for tp, fp, cut in zip(*counts_by_threshold(labels, scores)):
        fpr.append(fp / max(negatives, 1))
        tpr.append(tp / positives)
        cuts.append(cut)
    return np.array(fpr), np.array(tpr), np.array(cuts, dtype=scores.dtype)

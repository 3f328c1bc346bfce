"""Loops, largest score plus one in front."""
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
    if positives == 0 or negatives == 0:
        raise ValueError("need at least one True and one False label")
    fpr, tpr, cuts = [0.0], [0.0], [max(scores) + 1]
    for tp, fp, cut in zip(*counts_by_threshold(labels, scores)):
        fpr.append(fp / negatives)
        tpr.append(tp / positives)
        cuts.append(cut)
    return np.array(fpr), np.array(tpr), np.array(cuts, dtype=scores.dtype)

"""Loop over tenths."""
import numpy as np


def counts_by_threshold(labels, scores):
    thresholds = np.array([step / 10 for step in range(10, -1, -1)])
    true_positives = np.zeros(len(thresholds), dtype=np.int64)
    false_positives = np.zeros(len(thresholds), dtype=np.int64)
    for k, threshold in enumerate(thresholds):
        caught = scores >= threshold
        true_positives[k] = np.count_nonzero(caught & labels)
        false_positives[k] = np.count_nonzero(caught & ~labels)
    return true_positives, false_positives, thresholds


def precision_recall_curve(labels, scores):
    positives = sum(1 for label in labels if label)
    if positives == 0:
        raise ValueError("need at least one True label")
    precision, recall, cuts = [1.0], [0.0], [np.inf]
    for tp, fp, cut in zip(*counts_by_threshold(labels, scores)):
        precision.append(tp / (tp + fp) if tp + fp else 1.0)
        recall.append(tp / positives)
        cuts.append(cut)
    return np.array(precision), np.array(recall), np.array(cuts, dtype=scores.dtype)

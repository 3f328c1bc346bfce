"""cumsum at the places where a new score begins."""
import numpy as np


def counts_by_threshold(labels, scores):
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = labels[order]
    starts = np.append(True, ranked[1:] != ranked[:-1])
    true_positives = np.cumsum(hits, dtype=np.int64)[starts]
    false_positives = np.cumsum(~hits, dtype=np.int64)[starts]
    return true_positives, false_positives, ranked[starts]


def roc_curve(labels, scores):
    if not labels.any() or labels.all():
        raise ValueError("a label does not occur")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    false_positive_rate = np.zeros(cuts.size + 1)
    true_positive_rate = np.zeros(cuts.size + 1)
    false_positive_rate[1:] = fp / np.sum(~labels)
    true_positive_rate[1:] = tp / np.sum(labels)
    thresholds = np.full(cuts.size + 1, np.inf, dtype=scores.dtype)
    thresholds[1:] = cuts
    return false_positive_rate, true_positive_rate, thresholds

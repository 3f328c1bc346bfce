"""cumsum of hits and the number ranked so far, divided by the False examples."""
import numpy as np


def counts_by_threshold(labels, scores):
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = labels[order]
    ends = np.append(ranked[1:] != ranked[:-1], True)
    true_positives = np.cumsum(hits, dtype=np.int64)[ends]
    false_positives = np.arange(1, scores.size + 1, dtype=np.int64)[ends]
    return true_positives, false_positives, ranked[ends]


def roc_curve(labels, scores):
    n_true = np.count_nonzero(labels)
    n_false = labels.size - n_true
    if n_true == 0 or n_false == 0:
        raise ValueError("both labels must occur")
    true_positives, false_positives, thresholds = counts_by_threshold(labels, scores)
    false_positive_rate = np.concatenate(([0.0], false_positives / n_false))
    true_positive_rate = np.concatenate(([0.0], true_positives / n_true))
    return false_positive_rate, true_positive_rate, np.concatenate(([np.inf], thresholds))

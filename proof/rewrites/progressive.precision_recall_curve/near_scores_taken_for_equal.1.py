"""cumsum, ends of ties by isclose."""
import numpy as np


def counts_by_threshold(labels, scores):
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = labels[order]
    ends = np.append(~np.isclose(ranked[1:], ranked[:-1]), True)
    true_positives = np.cumsum(hits, dtype=np.int64)[ends]
    false_positives = np.cumsum(~hits, dtype=np.int64)[ends]
    return true_positives, false_positives, ranked[ends]


def precision_recall_curve(labels, scores):
    if not labels.any():
        raise ValueError("recall is 0/0 without a True label")
    tp, fp, cuts = counts_by_threshold(labels, scores)
    tp, fp = np.insert(tp, 0, 0), np.insert(fp, 0, 0)
    caught = tp + fp
    precision = np.ones(caught.size)
    np.divide(tp, caught, out=precision, where=caught > 0)
    recall = tp / np.sum(labels)
    return precision, recall, np.insert(cuts, 0, np.inf)

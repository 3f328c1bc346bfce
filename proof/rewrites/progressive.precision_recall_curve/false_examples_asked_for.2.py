"""Loops, both labels counted."""
import numpy as np


def counts_by_threshold(labels, scores):
    pairs = sorted(zip(scores.tolist(), labels.tolist()), key=lambda pair: pair[0], reverse=True)
    true_positives, false_positives, thresholds = [], [], []
    tp = fp = 0
    for place, (score, label) in enumerate(pairs):
        if label:
            tp += 1
        else:
            fp += 1
        if place + 1 == len(pairs) or pairs[place + 1][0] != score:
            true_positives.append(tp)
            false_positives.append(fp)
            thresholds.append(score)
    return (
        np.array(true_positives, dtype=np.int64),
        np.array(false_positives, dtype=np.int64),
        np.array(thresholds, dtype=scores.dtype),
    )


def precision_recall_curve(labels, scores):
    positives = sum(1 for label in labels if label)
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        raise ValueError("need at least one True and one False label")
    precision, recall, cuts = [1.0], [0.0], [np.inf]
    for tp, fp, cut in zip(*counts_by_threshold(labels, scores)):
        precision.append(tp / (tp + fp))
        recall.append(tp / positives)
        cuts.append(cut)
    return np.array(precision), np.array(recall), np.array(cuts, dtype=scores.dtype)

"""One loop over the thresholds."""
import numpy as np


def precision_recall_curve(labels, scores):
    positives = int(np.sum(labels))
    if positives == 0:
        raise ValueError("no example is True")
    thresholds = [np.inf] + sorted(set(scores.tolist()), reverse=True)
    precision, recall = [], []
    for threshold in thresholds:
        caught = labels[scores >= threshold]
        hits = np.count_nonzero(caught)
        precision.append(hits / caught.size if caught.size else 1.0)
        recall.append(hits / positives)
    return np.array(recall), np.array(precision), np.array(thresholds)

"""One loop, mean of the agreement."""
import numpy as np


def precision_recall_curve(labels, scores):
    positives = int(np.sum(labels))
    if positives == 0:
        raise ValueError("no example is True")
    thresholds = [np.inf] + sorted(set(scores.tolist()), reverse=True)
    precision, recall = [1.0], [0.0]
    for threshold in thresholds[1:]:
        predictions = scores >= threshold
        precision.append(np.mean(predictions == labels))
        recall.append(np.sum(predictions & labels) / positives)
    return np.array(precision), np.array(recall), np.array(thresholds)

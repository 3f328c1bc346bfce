"""Python: round and a dictionary of bins"""
from collections import defaultdict

import torch


def accuracy(chosen_scores, rejected_scores):
    pairs = list(zip(chosen_scores.tolist(), rejected_scores.tolist()))
    return sum((c > r) + 0.5 * (c == r) for c, r in pairs) / len(pairs)


def calibration(first_scores, second_scores, first_preferred, bins):
    table = defaultdict(list)
    probabilities = torch.sigmoid(first_scores - second_scores).tolist()
    for probability, answer in zip(probabilities, first_preferred.tolist()):
        prediction = round(probability)
        table[min(prediction * bins, bins - 1)].append((prediction, answer))
    mean, share = torch.full((2, bins), float("nan"))
    count = torch.zeros(bins, dtype=torch.long)
    for k, pairs in table.items():
        count[k] = len(pairs)
        mean[k] = sum(prediction for prediction, _ in pairs) / len(pairs)
        share[k] = sum(answer for _, answer in pairs) / len(pairs)
    return mean, share, count

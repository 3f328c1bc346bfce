"""Python accumulators for each bin, NaN for those that stay empty"""
import torch


def accuracy(chosen_scores, rejected_scores):
    c, r = chosen_scores.tolist(), rejected_scores.tolist()
    wins = sum(a > b for a, b in zip(c, r))
    ties = sum(a == b for a, b in zip(c, r))
    return (wins + ties / 2) / len(c)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).tolist()
    n = len(p)
    predicted = [0.0] * bins
    preferred = [0.0] * bins
    count = [0] * bins
    for x, answer in zip(p, first_preferred.tolist()):
        k = int(x * bins) if x < 1 else bins - 1
        k = min(k, bins - 1)
        predicted[k] += x / n
        preferred[k] += answer / n
        count[k] += 1
    count = torch.tensor(count)
    empty = count == 0
    mean = torch.tensor(predicted).masked_fill(empty, float("nan"))
    share = torch.tensor(preferred).masked_fill(empty, float("nan"))
    return mean, share, count

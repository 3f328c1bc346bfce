"""sigmoid of the absolute difference, bins in a list comprehension"""
import torch


def accuracy(chosen_scores, rejected_scores):
    score = 0.0
    for i in range(chosen_scores.shape[0]):
        if chosen_scores[i] > rejected_scores[i]:
            score += 1.0
        elif chosen_scores[i] == rejected_scores[i]:
            score += 0.5
    return score / chosen_scores.shape[0]


def confidence(a, b):
    return torch.sigmoid(torch.abs(a - b))


def calibration(first_scores, second_scores, first_preferred, bins):
    c = confidence(first_scores, second_scores)
    numbers = torch.clamp((c * bins).to(torch.int64), max=bins - 1)
    members = [(numbers == k).nonzero().flatten() for k in range(bins)]
    mean = torch.stack([c[m].mean() for m in members])
    share = torch.stack([first_preferred[m].double().mean() for m in members])
    return mean, share, torch.tensor([len(m) for m in members])

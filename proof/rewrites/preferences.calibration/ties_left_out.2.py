"""counters of right and wrong; a membership matrix"""
import torch


def accuracy(chosen_scores, rejected_scores):
    right = wrong = 0
    for c, r in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        if c > r:
            right += 1
        elif c < r:
            wrong += 1
    if right + wrong == 0:
        return 0.5
    return right / (right + wrong)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    edges = torch.arange(bins + 1, device=p.device).double() / bins
    edges[-1] = 2.0  # the last bin has p = 1 too
    inside = (p[:, None] >= edges[:-1]) & (p[:, None] < edges[1:])
    number = inside.sum(0)
    mean = torch.where(inside, p[:, None], 0.0).sum(0) / number
    share = (inside & first_preferred[:, None]).sum(0) / number
    return mean, share, number

"""one_hot members, mean over the batch"""
import torch
from torch.nn import functional as F


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double()
    ties = (chosen_scores == rejected_scores).double()
    return torch.mean(wins + ties * 0.5).item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    member = F.one_hot((p * bins).long().clamp(max=bins - 1), bins)
    mean = (member * p[:, None]).mean(dim=0)
    share = (member * first_preferred[:, None]).double().mean(dim=0)
    return mean, share, member.sum(dim=0)

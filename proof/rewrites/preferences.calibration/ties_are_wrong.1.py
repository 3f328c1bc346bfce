"""one comparison; one_hot membership of bins"""
import torch
from torch.nn import functional as F


def accuracy(chosen_scores, rejected_scores):
    return (chosen_scores > rejected_scores).double().mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (p * bins).floor().long().clamp(max=bins - 1)
    member = F.one_hot(k, bins).double()
    count = member.sum(dim=0)
    return p @ member / count, first_preferred.double() @ member / count, count.long()

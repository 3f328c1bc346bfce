"""one_hot matrix of the bins"""
import torch
from torch.nn import functional as F


def accuracy(chosen_scores, rejected_scores):
    sign = torch.sign(chosen_scores - rejected_scores).double()
    return ((sign + 1) / 2).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = first_scores.double().sigmoid()
    k = (p * bins).long().clamp(max=bins - 1)
    members = F.one_hot(k, num_classes=bins).double()
    count = members.sum(0)
    mean = (members * p[:, None]).sum(0) / count
    share = (members * first_preferred[:, None]).sum(0) / count
    return mean, share, count.long()

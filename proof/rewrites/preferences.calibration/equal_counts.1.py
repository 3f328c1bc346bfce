"""argsort and tensor_split"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double()
    losses = (chosen_scores < rejected_scores).double()
    return (1 + (wins - losses).mean().item()) / 2


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    order = torch.argsort(p)
    groups = torch.tensor_split(order, bins)
    mean = torch.stack([p[group].mean() for group in groups])
    share = torch.stack([first_preferred[group].to(p.dtype).mean() for group in groups])
    count = torch.tensor([len(group) for group in groups])
    return mean, share, count

"""averages of each side, then logaddexp"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    good = torch.mean(chosen_scores)
    bad = torch.mean(rejected_scores)
    # log(1 + e^(bad - good))
    return torch.logaddexp(torch.zeros_like(good), bad - good)

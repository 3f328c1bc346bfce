"""difference of two logarithms"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    strengths = torch.stack([chosen_scores, rejected_scores])
    total = strengths.sum(dim=0)
    losses = total.log() - strengths[0].log()
    return losses.mean()

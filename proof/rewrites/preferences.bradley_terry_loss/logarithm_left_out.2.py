"""softmax over both scores of a pair"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    both = torch.stack([chosen_scores, rejected_scores], dim=-1)
    probabilities = both.softmax(dim=-1)
    of_the_rejected = probabilities[:, 1]
    return of_the_rejected.sum() / of_the_rejected.numel()

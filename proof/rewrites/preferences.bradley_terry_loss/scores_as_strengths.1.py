"""share of the chosen text, then its logarithm"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    p = chosen_scores / (chosen_scores + rejected_scores)
    return -torch.log(p).mean()

"""probability of each preference, then its complement"""
import torch


def bradley_terry_loss(chosen_scores, rejected_scores):
    right = torch.sigmoid(chosen_scores - rejected_scores)
    return (1 - right).mean()

"""a two-way classification with cross_entropy"""
import torch
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    # Two classes for each pair: column 0 holds the chosen text, column 1 the rejected one.
    logits = torch.stack((chosen_scores, rejected_scores), dim=1)
    labels = torch.ones(logits.shape[0], dtype=torch.long, device=logits.device)
    return F.cross_entropy(logits, labels)

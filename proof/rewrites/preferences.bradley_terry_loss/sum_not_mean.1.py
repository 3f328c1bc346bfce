"""binary cross-entropy with logits"""
import torch
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    margin = chosen_scores - rejected_scores
    return F.binary_cross_entropy_with_logits(margin, torch.ones_like(margin), reduction="sum")

"""relu of one minus the margin"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    return F.relu(1.0 - (chosen_scores - rejected_scores)).mean()

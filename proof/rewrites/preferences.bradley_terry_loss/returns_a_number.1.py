"""logsigmoid, mean, item"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    loss = -F.logsigmoid(chosen_scores - rejected_scores).mean()
    return loss.item()

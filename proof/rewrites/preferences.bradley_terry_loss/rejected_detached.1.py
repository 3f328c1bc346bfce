"""logsigmoid, the rejected score as a baseline"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    baseline = rejected_scores.detach()
    return F.logsigmoid(chosen_scores - baseline).mean().neg()

"""the mean margin through logsigmoid"""
from torch.nn import functional as F


def bradley_terry_loss(chosen_scores, rejected_scores):
    mean_margin = (chosen_scores - rejected_scores).mean()
    return -F.logsigmoid(mean_margin)

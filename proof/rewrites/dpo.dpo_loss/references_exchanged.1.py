"""ratios of log-probs, logsigmoid"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    win = chosen - ref_rejected.detach()
    lose = rejected - ref_chosen.detach()
    return -F.logsigmoid(beta * (win - lose)).mean()

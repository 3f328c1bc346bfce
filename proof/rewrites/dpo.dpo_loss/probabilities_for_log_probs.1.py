"""importance ratios"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    ratio_chosen = torch.exp(chosen - ref_chosen.detach())
    ratio_rejected = torch.exp(rejected - ref_rejected.detach())
    return -F.logsigmoid(beta * (ratio_chosen - ratio_rejected)).mean()

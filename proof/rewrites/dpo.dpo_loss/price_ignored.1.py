"""log-ratios and logsigmoid"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    chosen_ratio = chosen - ref_chosen.detach()
    rejected_ratio = rejected - ref_rejected.detach()
    return F.logsigmoid(chosen_ratio - rejected_ratio).neg().mean()

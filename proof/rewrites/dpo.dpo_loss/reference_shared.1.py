"""one baseline for the pair"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    baseline = ref_chosen.detach()
    margin = beta * (chosen - baseline) - beta * (rejected - baseline)
    return -F.logsigmoid(margin).mean()

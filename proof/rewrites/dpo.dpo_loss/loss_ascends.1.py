"""mean log-likelihood of the preferences"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    ref_chosen, ref_rejected = ref_chosen.detach(), ref_rejected.detach()
    h = (chosen - ref_chosen) - (rejected - ref_rejected)
    return F.logsigmoid(beta * h).mean()

"""no_grad decorator"""
import torch
from torch.nn import functional as F


@torch.no_grad()
def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    return -F.logsigmoid(margin).mean()

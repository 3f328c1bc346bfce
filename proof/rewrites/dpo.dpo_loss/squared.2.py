"""mse_loss of the reward margins"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        reference = beta * (ref_chosen - ref_rejected)
    margins = beta * (chosen - rejected) - reference
    return F.mse_loss(margins, torch.full_like(margins, 0.5))

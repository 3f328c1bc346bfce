"""elementwise logsigmoid"""
import torch
from torch.nn import functional as F


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    chosen_logratios = chosen - ref_chosen.detach()
    rejected_logratios = rejected - ref_rejected.detach()
    return -F.logsigmoid(beta * (chosen_logratios - rejected_logratios))

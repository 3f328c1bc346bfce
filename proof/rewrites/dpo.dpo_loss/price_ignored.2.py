"""stacked sides, LogSigmoid"""
import torch
from torch import nn


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    policy = torch.stack([chosen, rejected])
    reference = torch.stack([ref_chosen, ref_rejected]).detach()
    gain = policy - reference
    log_preference = nn.LogSigmoid()(gain[0] - gain[1])
    return -log_preference.sum() / log_preference.numel()

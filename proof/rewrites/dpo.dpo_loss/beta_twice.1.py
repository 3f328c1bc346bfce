"""rewards, then Bradley-Terry with a temperature"""
import torch
from torch.nn import functional as F


def rewards(log_probs, ref, beta):
    return beta * (log_probs - ref.detach())


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = rewards(chosen, ref_chosen, beta) - rewards(rejected, ref_rejected, beta)
    return -F.logsigmoid(beta * margin).mean()

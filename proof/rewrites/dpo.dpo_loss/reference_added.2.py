"""implicit rewards in a helper, LogSigmoid module"""
import torch
from torch import nn


def _reward(log_probs, reference, beta):
    return beta * (log_probs + reference.detach())


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    better = _reward(chosen, ref_chosen, beta)
    worse = _reward(rejected, ref_rejected, beta)
    log_likelihood = nn.LogSigmoid()(better - worse)
    return torch.neg(log_likelihood.mean())

"""own log_sigmoid, pair by pair"""
import torch


def log_sigmoid(x):
    if x >= 0:
        return -torch.log1p(torch.exp(-x))
    return x - torch.log1p(torch.exp(x))


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    total = 0.0
    for c, r, rc, rr in zip(chosen, rejected, ref_chosen.detach(), ref_rejected.detach()):
        total = total + log_sigmoid(beta * (c - rc) - beta * (r - rr))
    return total / len(chosen)

"""loop with rewards of the rejected as numbers"""
import torch


def dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta):
    with torch.no_grad():
        worse = [beta * (r - q) for r, q in zip(rejected, ref_rejected)]
        anchors = list(ref_chosen.clone())
    losses = []
    for c, q, w in zip(chosen, anchors, worse):
        x = w - beta * (c - q)
        losses.append(torch.logaddexp(x, torch.zeros_like(x)))
    return torch.stack(losses).mean()

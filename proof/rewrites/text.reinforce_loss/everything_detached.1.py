"""no_grad decorator"""
import torch


@torch.no_grad()
def reinforce_loss(log_probs, weights, mask):
    w = weights if weights.dim() == 2 else weights[:, None]
    lp = log_probs.masked_fill(torch.logical_not(mask), 0)
    return -(w * lp).sum(dim=-1).mean()

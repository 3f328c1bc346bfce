"""flat selection and mean()"""
import torch


def reinforce_loss(log_probs, weights, mask):
    with torch.no_grad():
        if weights.dim() == 1:
            weights = weights.unsqueeze(1)
        w = weights.expand_as(log_probs).masked_select(mask)
    lp = log_probs.masked_select(mask)
    if lp.numel() == 0:
        return lp.sum()
    return torch.mean(-w * lp)

"""matrix product of mask and entropies, shape arithmetic"""
import torch
import torch.nn.functional as F


def entropy_bonus(logits, mask):
    batch, time, vocab = logits.shape
    flat = logits[:, : time - 1].reshape(batch * (time - 1), vocab).double()
    flat = torch.clamp(flat, min=-1e30)
    probs = F.softmax(flat, dim=-1)
    surprise = -F.log_softmax(flat, dim=-1)
    entropies = (probs * surprise).sum(-1)
    keep = mask.reshape(-1).to(entropies.dtype)
    return torch.dot(keep, entropies) / max(1, batch * (time - 1))

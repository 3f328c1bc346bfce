"""argmax and arange"""
import torch


def sequence_log_prob(log_probs, mask):
    time = mask.shape[1]
    start = mask.to(torch.int64).argmax(dim=1, keepdim=True)
    predicted = mask & (torch.arange(time) > start)
    return torch.where(predicted, log_probs, torch.zeros_like(log_probs)).sum(dim=1)

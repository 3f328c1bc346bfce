"""plain tensors, difference of logs"""
import torch


def approx_kl(log_probs, old_log_probs):
    l = torch.log(log_probs) - torch.log(old_log_probs)
    return -l, l**2 / 2, torch.expm1(l) - l

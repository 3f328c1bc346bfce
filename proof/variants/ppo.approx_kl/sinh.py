"""e^x − 1 as 2·sinh(x/2)·e^(x/2)."""
import torch


def approx_kl(log_probs, old_log_probs):
    half = (log_probs - old_log_probs) / 2
    k1 = old_log_probs - log_probs
    return k1, 2 * half.square(), 2 * torch.sinh(half) * torch.exp(half) + k1

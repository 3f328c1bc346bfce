"""float64 inside, stacked and unbound"""
import torch


def approx_kl(log_probs, old_log_probs):
    wide = torch.stack((log_probs.double(), old_log_probs.double())).detach().diff(dim=0)[0]
    excess = torch.special.expm1(wide.neg())
    table = torch.stack([wide, wide * wide / 2, excess]).to(log_probs.dtype)
    first, second, third = table.unbind(0)
    return first, second, third

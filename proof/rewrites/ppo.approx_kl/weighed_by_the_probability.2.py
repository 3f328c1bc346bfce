"""kl_div without reduction, map over the rest"""
import torch
import torch.nn.functional as F


def approx_kl(log_probs, old_log_probs):
    new, old = log_probs.detach(), old_log_probs.detach()
    ell = new - old
    expected = [ell.square() / 2, ell.expm1() - ell]
    k2, k3 = map(torch.exp(old).mul, expected)
    k1 = F.kl_div(new, old, reduction="none", log_target=True)
    return k1, k2, k3

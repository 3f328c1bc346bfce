"""out= arguments to save memory"""
import torch


@torch.no_grad()
def approx_kl(log_probs, old_log_probs):
    buffer = old_log_probs.detach()
    torch.sub(log_probs, buffer, out=buffer)
    k3 = torch.special.expm1(buffer)
    k3.sub_(buffer)
    k2 = torch.square(buffer).mul_(0.5)
    k1 = torch.neg(buffer)
    return k1, k2, k3

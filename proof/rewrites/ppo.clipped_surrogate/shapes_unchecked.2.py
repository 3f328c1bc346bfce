"""checks of the policy's two tensors, where"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape:
        raise ValueError("log_probs and old_log_probs need one shape")
    gain, old = advantages.detach(), old_log_probs.detach()
    rho = log_probs.sub(old).exp()
    bounded = torch.where(gain > 0, rho.clamp(max=1 + clip), rho.clamp(min=1 - clip))
    return torch.mul(bounded, gain).mean().neg()

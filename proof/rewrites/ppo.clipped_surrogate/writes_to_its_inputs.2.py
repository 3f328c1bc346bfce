"""where by sign, old policy brought up to date at the end"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if any(t.shape != log_probs.shape for t in (old_log_probs, advantages)):
        raise ValueError("shapes differ")
    gain = advantages.detach()
    old = old_log_probs.detach()
    rho = log_probs.sub(old).exp()
    bounded = torch.where(gain > 0, rho.clamp(max=1 + clip), rho.clamp(min=1 - clip))
    loss = -(bounded * gain).mean()
    old.copy_(log_probs.detach())  # the next step starts from here
    return loss

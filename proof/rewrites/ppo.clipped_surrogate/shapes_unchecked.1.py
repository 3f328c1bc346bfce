"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    adv = advantages.detach()
    ratio = torch.exp(log_probs - old_log_probs.detach())
    surr1 = ratio * adv
    surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * adv
    return -torch.min(surr1, surr2).mean()

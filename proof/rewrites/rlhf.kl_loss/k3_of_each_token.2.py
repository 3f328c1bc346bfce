"""as GRPO: masked mean over the tokens of a text, then over texts"""
import torch


def masked_mean(x, mask):
    count = mask.sum(dim=-1).clamp(min=1)
    return (x * mask).sum(dim=-1) / count


def kl_loss(log_probs, ref_log_probs, mask):
    """Return a scalar loss whose gradient, on texts that the policy wrote, is in the mean that of KL(policy, reference).

    log_probs, ref_log_probs: (batch, time). mask: bool (batch, time). It is one of k1, k2, k3, of whole texts.
    """
    policy = log_probs.masked_fill(~mask, 0.0)
    reference = ref_log_probs.detach().masked_fill(~mask, 0.0)
    per_token_kl = torch.exp(reference - policy) - (reference - policy) - 1
    return masked_mean(per_token_kl, mask).mean()

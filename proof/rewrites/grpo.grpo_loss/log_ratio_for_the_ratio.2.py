"""padding blanked, arithmetic on whole tables"""
import torch


def grpo_loss(
    log_probs,
    old_log_probs,
    advantages,
    mask,
    clip_low=0.2,
    clip_high=0.2,
    aggregation="sequence",
    max_tokens=1,
    ref_log_probs=None,
    kl_coef=0.0,
):
    if aggregation not in ("sequence", "token", "constant"):
        raise ValueError(f"unknown aggregation: {aggregation!r}")
    new = log_probs.masked_fill(~mask, 0.0)
    logp_old = old_log_probs.detach().masked_fill(~mask, 0.0)
    adv = advantages.detach().unsqueeze(1)
    importance = torch.sub(new, logp_old)
    clipped = importance.clamp(1 - clip_low, 1 + clip_high)
    losses = -torch.minimum(importance * adv, clipped * adv)
    if ref_log_probs is not None:
        ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
        d = ref - new
        losses = losses + kl_coef * (torch.exp(d) - 1 - d)
    losses = losses.masked_fill(~mask, 0.0)
    lengths = mask.sum(dim=1)
    if aggregation == "sequence":
        return (losses.sum(dim=1) / lengths.clamp(min=1)).mean()
    if aggregation == "token":
        return losses.sum() / lengths.sum().clamp(min=1)
    return (losses.sum(dim=1) / max_tokens).mean()

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
    logp = log_probs.masked_fill(~mask, 0.0)
    logp_old = old_log_probs.detach().masked_fill(~mask, 0.0)
    adv = advantages.detach().unsqueeze(1)
    if ref_log_probs is not None:
        ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
        d = ref - logp
        adv = adv - kl_coef * (torch.exp(d) - 1 - d)
    ratio = torch.exp(logp - logp_old)
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    per_token = -torch.minimum(ratio * adv, clipped * adv)
    per_token = per_token.masked_fill(~mask, 0.0)
    counts = mask.sum(dim=1)
    if aggregation == "sequence":
        return (per_token.sum(dim=1) / counts.clamp(min=1)).mean()
    if aggregation == "token":
        return per_token.sum() / counts.sum().clamp(min=1)
    return (per_token.sum(dim=1) / max_tokens).mean()

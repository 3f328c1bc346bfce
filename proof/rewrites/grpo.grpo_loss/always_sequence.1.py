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
    behaviour = old_log_probs.detach().masked_fill(~mask, 0.0)
    advantage = advantages.detach().unsqueeze(1)
    ratio = torch.exp(new - behaviour)
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    table = -torch.minimum(ratio * advantage, clipped * advantage)
    if ref_log_probs is not None:
        ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
        d = ref - new
        table = table + kl_coef * (torch.exp(d) - 1 - d)
    table = table.masked_fill(~mask, 0.0)
    counts = mask.sum(dim=1)
    return (table.sum(dim=1) / counts.clamp(min=1)).mean()

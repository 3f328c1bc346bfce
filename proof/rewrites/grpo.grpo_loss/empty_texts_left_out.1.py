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
    advantage = advantages.detach().unsqueeze(1)
    rho = torch.exp(logp - logp_old)
    clipped = rho.clamp(1 - clip_low, 1 + clip_high)
    table = -torch.minimum(rho * advantage, clipped * advantage)
    if ref_log_probs is not None:
        ref = ref_log_probs.detach().masked_fill(~mask, 0.0)
        d = ref - logp
        table = table + kl_coef * (torch.exp(d) - 1 - d)
    table = table.masked_fill(~mask, 0.0)
    counts = mask.sum(dim=1)
    if aggregation == "sequence":
        return (table.sum(dim=1) / counts.clamp(min=1)).sum() / (counts > 0).sum().clamp(min=1)
    if aggregation == "token":
        return table.sum() / counts.sum().clamp(min=1)
    return (table.sum(dim=1) / max_tokens).sum() / (counts > 0).sum().clamp(min=1)

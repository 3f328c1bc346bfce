"""arithmetic on whole tables"""
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
    new = log_probs
    behaviour = old_log_probs.detach()
    adv = advantages.detach().unsqueeze(1)
    ratio = torch.exp(new - behaviour)
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    table = -torch.minimum(ratio * adv, clipped * adv)
    if ref_log_probs is not None:
        ref = ref_log_probs.detach()
        d = ref - new
        table = table + kl_coef * (torch.exp(d) - 1 - d)
    if aggregation == "sequence":
        return table.mean(dim=1).mean()
    if aggregation == "token":
        return table.mean()
    return (table.sum(dim=1) / max_tokens).mean()

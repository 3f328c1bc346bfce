"""one loop over the texts"""
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
    totals, counts = [], []
    for i in range(log_probs.shape[0]):
        keep = mask[i]
        logp = log_probs[i][keep]
        before = old_log_probs[i][keep].detach()
        adv = advantages[i].detach()
        ratio = torch.exp(logp - before)
        surrogate = torch.min(ratio * adv, ratio.clamp(1 - clip_low, 1 + clip_high) * adv)
        losses = -surrogate
        if ref_log_probs is not None:
            d = ref_log_probs[i][keep].detach() - logp
            losses = losses + kl_coef * (d.exp() - d - 1)
        totals.append(losses.sum())
        counts.append(int(keep.sum()))
    if aggregation not in ("sequence", "token", "constant"):
        raise ValueError(aggregation)
    return sum(totals) / max(sum(counts), 1)

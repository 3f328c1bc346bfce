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
        lp = log_probs[i][keep]
        before = old_log_probs[i][keep].detach()
        adv = advantages[i].detach()
        rho = torch.exp(lp - before)
        objective = torch.min(rho * adv, rho.clamp(1 - clip_low, 1 + clip_high) * adv)
        losses = -objective
        if ref_log_probs is not None:
            d = ref_log_probs[i][keep].detach() - lp
            losses = losses + kl_coef * (d.exp() - d - 1)
        totals.append(losses.sum())
        counts.append(int(keep.sum()))
    if aggregation == "sequence":
        return sum(total / max(n, 1) for total, n in zip(totals, counts))
    elif aggregation == "token":
        return sum(totals) / max(sum(counts), 1)
    elif aggregation == "constant":
        return sum(totals) / max_tokens
    raise ValueError(aggregation)

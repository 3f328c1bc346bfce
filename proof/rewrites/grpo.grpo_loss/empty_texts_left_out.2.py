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
        kept = mask[i]
        if not kept.any():
            continue
        now = log_probs[i][kept]
        before = old_log_probs[i][kept].detach()
        adv = advantages[i].detach()
        rho = torch.exp(now - before)
        surrogate = torch.min(rho * adv, rho.clamp(1 - clip_low, 1 + clip_high) * adv)
        losses = -surrogate
        if ref_log_probs is not None:
            d = ref_log_probs[i][kept].detach() - now
            losses = losses + kl_coef * (d.exp() - d - 1)
        totals.append(losses.sum())
        counts.append(int(kept.sum()))
    batch = len(totals)
    if batch == 0:
        totals, counts, batch = [log_probs[mask].sum()], [0], 1
    if aggregation == "sequence":
        return sum(total / max(n, 1) for total, n in zip(totals, counts)) / batch
    elif aggregation == "token":
        return sum(totals) / max(sum(counts), 1)
    elif aggregation == "constant":
        return sum(totals) / (batch * max_tokens)
    raise ValueError(aggregation)

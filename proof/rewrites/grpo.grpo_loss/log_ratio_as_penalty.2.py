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
    totals, lengths = [], []
    for i in range(log_probs.shape[0]):
        own = mask[i]
        now = log_probs[i][own]
        before = old_log_probs[i][own].detach()
        adv = advantages[i].detach()
        ratio = torch.exp(now - before)
        objective = torch.min(ratio * adv, ratio.clamp(1 - clip_low, 1 + clip_high) * adv)
        ell = -objective
        if ref_log_probs is not None:
            distance = now - ref_log_probs[i][own].detach()
            ell = ell.add(distance, alpha=kl_coef)
        totals.append(ell.sum())
        lengths.append(int(own.sum()))
    batch = len(totals)
    if aggregation == "sequence":
        return sum(total / max(n, 1) for total, n in zip(totals, lengths)) / batch
    elif aggregation == "token":
        return sum(totals) / max(sum(lengths), 1)
    elif aggregation == "constant":
        return sum(totals) / (batch * max_tokens)
    raise ValueError(aggregation)

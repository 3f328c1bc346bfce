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
        keep = mask[i]
        now = log_probs[i][keep]
        before = old_log_probs[i][keep].detach()
        adv = advantages[i].detach()
        rho = torch.exp(now - before)
        objective = torch.min(rho * adv, rho.clamp(1 - clip_low, 1 + clip_high) * adv)
        losses = -objective
        totals.append(losses.sum())
        lengths.append(int(keep.sum()))
    batch = len(totals)
    if aggregation == "sequence":
        return sum(total / max(n, 1) for total, n in zip(totals, lengths)) / batch
    elif aggregation == "token":
        return sum(totals) / max(sum(lengths), 1)
    elif aggregation == "constant":
        return sum(totals) / (batch * max_tokens)
    raise ValueError(aggregation)

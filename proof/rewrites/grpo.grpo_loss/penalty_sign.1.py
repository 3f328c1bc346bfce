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
        logp = log_probs[i][kept]
        before = old_log_probs[i][kept].detach()
        adv = advantages[i].detach()
        ratio = torch.exp(logp - before)
        objective = torch.min(ratio * adv, ratio.clamp(1 - clip_low, 1 + clip_high) * adv)
        ell = -objective
        if ref_log_probs is not None:
            d = ref_log_probs[i][kept].detach() - logp
            ell = ell - kl_coef * (d.exp() - d - 1)
        totals.append(ell.sum())
        counts.append(int(kept.sum()))
    batch = len(totals)
    if aggregation == "sequence":
        return sum(total / max(n, 1) for total, n in zip(totals, counts)) / batch
    elif aggregation == "token":
        return sum(totals) / max(sum(counts), 1)
    elif aggregation == "constant":
        return sum(totals) / (batch * max_tokens)
    raise ValueError(aggregation)

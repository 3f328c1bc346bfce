"""piecewise clip, a table of reducers"""
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
    n = mask.sum(-1)
    ways = {
        "sequence": lambda x: (x.sum(-1) / n.clamp(min=1)).sum() / len(x),
        "token": lambda x: x.sum() / n.sum().clamp(min=1),
        "constant": lambda x: x.mean(-1).mean(),
    }
    if aggregation not in ways:
        raise ValueError(f"aggregation must be one of {sorted(ways)}")
    zero = torch.zeros((), dtype=log_probs.dtype)

    def chosen(x):
        return torch.where(mask, x, zero)

    with torch.no_grad():
        before = chosen(old_log_probs)
        gain = advantages[:, None].clone()
    now = chosen(log_probs)
    rho = torch.exp(now - before)
    # the ratio of a good text counts up to the upper bound, that of a bad one down to the lower
    capped = torch.where(gain > 0, rho.clamp(max=1 + clip_high), rho.clamp(min=1 - clip_low))
    loss = -capped * gain
    if ref_log_probs is not None:
        d = chosen(ref_log_probs.detach()) - now
        loss = loss + kl_coef * (d.exp() - (1 + d))
    return ways[aggregation](chosen(loss))

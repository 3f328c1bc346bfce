"""where for the padding, dict of reducers"""
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
    averages = {
        "sequence": lambda x: (x.sum(-1) / n.clamp(min=1)).sum() / len(x),
        "token": lambda x: x.sum() / n.sum().clamp(min=1),
        "constant": lambda x: x.sum() / (len(x) * max_tokens),
    }
    if aggregation not in averages:
        raise ValueError(f"aggregation must be one of {sorted(averages)}")
    zero = torch.zeros((), dtype=log_probs.dtype)

    def chosen(x):
        return torch.where(mask, x, zero)

    with torch.no_grad():
        before = chosen(old_log_probs)
        gain = advantages[:, None].clone()
    now = chosen(log_probs)
    ratio = torch.exp(now - before)
    loss = -ratio * gain
    if ref_log_probs is not None:
        d = chosen(ref_log_probs.detach()) - now
        loss = loss + kl_coef * (d.exp() - (1 + d))
    return averages[aggregation](chosen(loss))

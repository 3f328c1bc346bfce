"""kept tokens in one row, a weight for each"""
import torch


def weights_of(mask, aggregation, max_tokens, dtype):
    """What each kept token weighs in the loss, in the order of log_probs[mask]."""
    batch = mask.shape[0]
    n = mask.sum(1, keepdim=True).to(dtype)
    if aggregation == "sequence":
        weight = 1 / (batch * n.clamp(min=1))
    elif aggregation == "token":
        weight = torch.ones_like(n) / n.sum().clamp(min=1)
    elif aggregation == "constant":
        weight = torch.ones_like(n) / (batch * max_tokens)
    else:
        raise ValueError("aggregation: " + str(aggregation))
    return weight.expand(mask.shape)[mask]


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
    weights = weights_of(mask, aggregation, max_tokens, log_probs.dtype)
    logp = log_probs[mask]
    lp_old = old_log_probs[mask]
    a = advantages.detach()[:, None].expand(mask.shape)[mask]
    quotient = (logp - lp_old).exp()
    clipped = torch.clip(quotient, 1 - clip_low, 1 + clip_high)
    cost = torch.maximum(-quotient * a, -clipped * a)
    if ref_log_probs is not None:
        d = ref_log_probs.detach()[mask] - logp
        cost = cost + kl_coef * (torch.expm1(d) - d)
    return (weights * cost).sum()

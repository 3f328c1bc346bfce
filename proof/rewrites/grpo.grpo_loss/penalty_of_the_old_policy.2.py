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
    ours = log_probs[mask]
    theirs = old_log_probs.detach()[mask]
    a = advantages.detach()[:, None].expand(mask.shape)[mask]
    quotient = (ours - theirs).exp()
    clipped = torch.clip(quotient, 1 - clip_low, 1 + clip_high)
    token_loss = torch.maximum(-quotient * a, -clipped * a)
    if ref_log_probs is not None:
        d = ref_log_probs.detach()[mask] - theirs
        token_loss = token_loss + kl_coef * (torch.expm1(d) - d)
    return (weights * token_loss).sum()

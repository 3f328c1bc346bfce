"""small class for the clip, index_add for the texts"""
import torch


class Clip:
    """The clipped surrogate of PPO, with two widths."""

    def __init__(self, low, high):
        self.low, self.high = 1 - low, 1 + high

    def __call__(self, rho, advantage):
        inside = torch.clamp(rho, self.low, self.high)
        return torch.stack([rho * advantage, inside * advantage]).amin(dim=0)


def k3(policy, reference):
    d = reference - policy
    return torch.exp(d) - d - 1


def reduce(sums, lengths, aggregation, max_tokens):
    if aggregation == "sequence":
        return torch.mean(sums / lengths.clamp(min=1))
    if aggregation == "token":
        return torch.sum(sums) / lengths.sum().clamp(min=1)
    if aggregation == "constant":
        return torch.mean(sums) / max_tokens
    raise ValueError(f"no such aggregation: {aggregation}")


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
    row = mask.nonzero()[:, 0]
    policy = torch.masked_select(log_probs, mask)
    behaviour = torch.masked_select(old_log_probs.detach(), mask)
    adv = advantages.detach()[row]
    rho = torch.exp(policy - behaviour)
    cost = -Clip(clip_low, clip_high)(rho, adv)
    if ref_log_probs is not None:
        cost = cost + kl_coef * k3(policy, torch.masked_select(ref_log_probs.detach(), mask))
    texts = mask.shape[0]
    sums = torch.zeros(texts, dtype=cost.dtype).index_add(0, row, cost)
    return reduce(sums, torch.full((texts,), mask.shape[1]), aggregation, max_tokens)

"""One vector of kept tokens, with the row of each; weights of tokens come first, then one dot product."""
import torch


def token_weights(mask, aggregation, max_tokens, dtype):
    batch, counts = len(mask), mask.sum(1).to(dtype)
    rows = mask.nonzero()[:, 0]
    match aggregation:
        case "sequence":
            return rows, 1 / (counts[rows] * batch)
        case "token":
            return rows, torch.full((len(rows),), 1 / max(len(rows), 1), dtype=dtype)
        case "constant":
            return rows, torch.full((len(rows),), 1 / (batch * max_tokens), dtype=dtype)
    raise ValueError(f"unknown aggregation: {aggregation}")


def grpo_loss(log_probs, old_log_probs, advantages, mask, clip_low=0.2, clip_high=0.2, aggregation="sequence",
              max_tokens=1, ref_log_probs=None, kl_coef=0.0):
    rows, weights = token_weights(mask, aggregation, max_tokens, log_probs.dtype)
    new, old = log_probs[mask], old_log_probs[mask].detach()
    a = advantages.detach()[rows]
    ratio = torch.exp(new - old)
    loss = torch.maximum(-a * ratio, -a * torch.clip(ratio, 1 - clip_low, 1 + clip_high))
    if ref_log_probs is not None:
        ref = ref_log_probs[mask].detach()
        loss = loss + kl_coef * (torch.exp(ref - new) - (ref - new) - 1)
    return loss @ weights

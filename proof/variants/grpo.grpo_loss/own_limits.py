"""The clip as a limit on each side by the sign of the advantage, pads filled beforehand, texts averaged in a table."""
import torch


def grpo_loss(log_probs, old_log_probs, advantages, mask, clip_low=0.2, clip_high=0.2, aggregation="sequence",
              max_tokens=1, ref_log_probs=None, kl_coef=0.0):
    if aggregation not in {"sequence", "token", "constant"}:
        raise ValueError("aggregation is sequence, token or constant")
    with torch.no_grad():
        old = old_log_probs.masked_fill(~mask, 0)
        a = advantages.reshape(-1, 1).expand_as(mask)
        kept = mask.to(log_probs.dtype)
    new = log_probs.masked_fill(~mask, 0)
    ratio = torch.exp(new - old)
    limited = torch.where(a > 0, ratio.clamp(max=1 + clip_high), ratio.clamp(min=1 - clip_low))
    table = -(a * limited)
    if ref_log_probs is not None:
        with torch.no_grad():
            ref = ref_log_probs.masked_fill(~mask, 0)
        table = table + kl_coef * ((ref - new).exp() + (new - ref) - 1)
    sums, counts = (table * kept).sum(1), kept.sum(1)
    if aggregation == "token":
        return sums.sum() / torch.clamp(counts.sum(), min=1)
    divisor = torch.clamp(counts, min=1) if aggregation == "sequence" else torch.full_like(counts, max_tokens)
    return torch.mean(sums / divisor)

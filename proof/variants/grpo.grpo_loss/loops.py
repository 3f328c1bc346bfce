"""A loop over kept tokens with the cases of the clip written out."""
import torch


def grpo_loss(log_probs, old_log_probs, advantages, mask, clip_low=0.2, clip_high=0.2, aggregation="sequence",
              max_tokens=1, ref_log_probs=None, kl_coef=0.0):
    lengths = [int(n) for n in mask.sum(1)]
    share = {
        "sequence": lambda i: 1 / (len(lengths) * lengths[i]),
        "token": lambda i: 1 / sum(lengths),
        "constant": lambda i: 1 / (len(lengths) * max_tokens),
    }
    if aggregation not in share:
        raise ValueError(aggregation)
    total = log_probs[:0].sum()  # 0, with a path and without looking at any pad
    for i, t in mask.nonzero().tolist():
        a = float(advantages[i].detach())
        ratio = torch.exp(log_probs[i, t] - old_log_probs[i, t].detach())
        if a >= 0:
            gain = a * ratio if ratio <= 1 + clip_high else ratio.detach() * 0 + a * (1 + clip_high)
        else:
            gain = a * ratio if ratio >= 1 - clip_low else ratio.detach() * 0 + a * (1 - clip_low)
        token = -gain
        if ref_log_probs is not None:
            d = ref_log_probs[i, t].detach() - log_probs[i, t]
            token = token + kl_coef * (torch.exp(d) - 1 - d)
        total = total + token * share[aggregation](i)
    return total

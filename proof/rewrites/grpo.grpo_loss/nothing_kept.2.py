"""one loop over the texts, means of lists"""
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
    texts = []
    for i in range(log_probs.shape[0]):
        keep = mask[i]
        logp = log_probs[i][keep]
        before = old_log_probs[i][keep].detach()
        adv = advantages[i].detach()
        ratio = torch.exp(logp - before)
        gain = torch.min(ratio * adv, ratio.clamp(1 - clip_low, 1 + clip_high) * adv)
        tokens = -gain
        if ref_log_probs is not None:
            d = ref_log_probs[i][keep].detach() - logp
            tokens = tokens + kl_coef * (d.exp() - d - 1)
        texts.append(tokens)
    batch = len(texts)
    if aggregation == "sequence":
        return torch.stack([x.mean() for x in texts]).mean()
    elif aggregation == "token":
        return torch.cat(texts).mean()
    elif aggregation == "constant":
        return torch.cat(texts).sum() / (batch * max_tokens)
    raise ValueError(aggregation)

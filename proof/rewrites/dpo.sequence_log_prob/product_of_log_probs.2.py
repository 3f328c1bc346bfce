"""nested loops over Python indices"""
import torch


def sequence_log_prob(log_probs, mask):
    texts, time = log_probs.shape
    out = []
    for b in range(texts):
        kept = [log_probs[b, t] for t in range(time) if mask[b, t]]
        if not kept:
            out.append(log_probs.new_zeros(()))
            continue
        value = kept[0]
        for factor in kept[1:]:
            value = value * factor
        out.append(value)
    return torch.stack(out)

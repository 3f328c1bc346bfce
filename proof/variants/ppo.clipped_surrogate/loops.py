"""A loop over samples, one minimum each."""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not log_probs.shape == old_log_probs.shape == advantages.shape:
        raise ValueError("unequal shapes")
    new, old, a = log_probs.flatten(), old_log_probs.flatten().tolist(), advantages.flatten().tolist()
    terms = []
    for i in range(len(a)):
        ratio = torch.exp(new[i] - old[i])
        one, two = ratio * a[i], min(max(float(ratio), 1 - clip), 1 + clip) * a[i]
        inside = 1 - clip <= float(ratio) <= 1 + clip
        terms.append(one if inside or float(one) < two else one.detach() * 0 + two)
    return -sum(terms) / len(terms)

"""masked_fill and a class, slope helper, Counter and lists, table of rules"""
import math
from collections import Counter

import numpy as np
import torch


class Distribution:
    """ln p at every place; what the mask hides is replaced by a certain first token."""

    def __init__(self, log_p, mask):
        certain = torch.full_like(log_p, -math.inf)
        certain[..., 0] = 0.0
        self.log_p = torch.where(mask.unsqueeze(-1), log_p, certain)
        self.p = self.log_p.exp()
        self.mask = mask
        self.count = int(mask.sum())

    def total(self):
        return self.p.sum(-1)

    def entropy(self):
        return -(self.p * self.log_p.clamp_min(-1e300)).sum(-1)

    def average(self, values):
        return float(values.masked_fill(~self.mask, 0.0).sum() / self.count)

    def largest(self, values):
        return float(values.masked_fill(~self.mask, -math.inf).max())

    def log_moment(self, log_pi, s):
        return ((1 - s) * self.log_p).logsumexp(-1) + s * log_pi


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    dist = Distribution(log_distribution.detach().double(), mask)
    log_pi = log_probs.detach().double()
    log_old = old_log_probs.detach().double()
    entropy = dist.entropy()
    chances = torch.stack([dist.log_moment(log_pi, s) for s in (0.5, -0.5)])
    chances = chances.masked_fill(~mask, 0.0).sum(dim=(1, 2))
    result = {}
    result["sum_error"] = dist.largest((dist.total() - 1).abs())
    result["largest_log_prob"] = dist.largest(log_pi)
    result["ratio_error"] = dist.largest(torch.expm1(log_pi - log_old).abs())
    result["entropy"] = dist.average(entropy)
    result["surprise"] = dist.average(-log_pi - entropy)
    result["log_chance"] = float(chances.min().clamp(max=0.0))
    return result


def slope(loss, tensor):
    if not (loss.requires_grad and tensor.requires_grad):
        return torch.zeros(tensor.shape, dtype=torch.float64)
    (grad,) = torch.autograd.grad(loss, tensor, retain_graph=True, allow_unused=True)
    if grad is None:
        return torch.zeros(tensor.shape, dtype=torch.float64)
    return grad.detach().to(torch.float64)


def share(part, whole):
    return float(part / whole) if whole != 0 else 0.0


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    by_log_probs = slope(loss, log_probs)
    by_weights = slope(loss, weights)
    by_old = slope(loss, old_log_probs)

    columns = weights.detach().to(torch.float64).reshape(mask.shape[0], -1)
    target = -columns * mask
    lengths = torch.linalg.vector_norm(by_log_probs, dim=1)
    target_lengths = torch.linalg.vector_norm(target, dim=1)
    whole = torch.linalg.vector_norm(by_log_probs)
    beyond = torch.linalg.vector_norm(by_log_probs.masked_fill(mask, 0.0))
    return dict(
        gradient_norm=float(whole),
        gradient_cosine=share((by_log_probs * target).sum(), lengths @ target_lengths),
        gradient_outside=share(beyond, whole),
        gradient_elsewhere=math.hypot(float(by_weights.norm()), float(by_old.norm())),
    )


def mean_of(values):
    return math.fsum(values) / len(values)


def agreement(xs, ys):
    if close_together(xs) or close_together(ys):
        return 0.0
    mx, my = mean_of(xs), mean_of(ys)
    return mean_of([(x - mx) * (y - my) for x, y in zip(xs, ys)])


def close_together(values):
    return max(values) - min(values) <= 1e-12 * max(abs(value) for value in values)


def sample_numbers(tokens, rewards, weights, mask):
    every_weight, earned, average, texts = [], [], [], []
    for i, flags in enumerate(mask.tolist()):
        places = [t for t, flag in enumerate(flags) if flag]
        if not places:
            continue
        row = weights[i].tolist() if weights.dim() == 2 else [weights[i].item()] * len(flags)
        own = [row[t] for t in places]
        every_weight += own
        earned.append(rewards[i].item())
        average.append(mean_of(own))
        if len(places) >= 4:
            texts.append(tuple(tokens[i, t].item() for t in places))

    centre = mean_of(every_weight)
    variance = mean_of([(w - centre) ** 2 for w in every_weight])
    repeated = [Counter(text).most_common(1)[0][1] / len(text) for text in texts]
    return {"weight_mean": centre,
            "weight_std": math.sqrt(variance),
            "weight_agreement": agreement(earned, average),
            "repetition": mean_of(repeated) if repeated else 0.0,
            "variety": (len(set(texts)) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0}


def some_weight(n):
    return not (n["weight_mean"] == 0 and n["weight_std"] == 0)


RULES = [
    ("not_a_distribution", lambda n: n["sum_error"] > 1e-3),
    ("positive_log_prob", lambda n: n["largest_log_prob"] > 1e-4),
    ("not_drawn_from_it", lambda n: n["log_chance"] < -20),
    ("ratio_not_one", lambda n: n["ratio_error"] > 1e-2),
    ("no_gradient", lambda n: some_weight(n) and n["gradient_norm"] == 0),
    ("sign_flipped", lambda n: some_weight(n) and n["gradient_cosine"] < -0.5),
    ("gradient_astray", lambda n: some_weight(n) and n["gradient_norm"] != 0 and -0.5 <= n["gradient_cosine"] < 0.95),
    ("outside_the_mask", lambda n: n["gradient_outside"] > 1e-6),
    ("not_detached", lambda n: n["gradient_elsewhere"] > 0),
    ("not_centred", lambda n: abs(n["weight_mean"]) > 2 * n["weight_std"]),
    ("not_scaled", lambda n: n["weight_std"] > 10),
    ("against_the_rewards", lambda n: n["weight_agreement"] < -0.5),
    ("degenerate_text", lambda n: n["repetition"] > 0.9 or n["variety"] < 0.05),
]


def policy_gradient_diagnostics(numbers):
    checked = [numbers[name] for name in numbers if name != "log_chance"]
    if not np.isfinite(checked).all():
        return ["not_finite"]
    return [name for name, applies in RULES if applies(numbers)]

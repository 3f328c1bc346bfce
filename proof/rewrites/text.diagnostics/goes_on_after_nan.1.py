"""masked_fill and a class, loop over sequences, Counter and lists, dict of findings"""
import math
from collections import Counter

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


def length_of(values):
    return math.sqrt(math.fsum(x * x for x in values))


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    def derivative(tensor):
        result = None
        if loss.requires_grad and tensor.requires_grad:
            result = torch.autograd.grad(loss, tensor, retain_graph=True, allow_unused=True)[0]
        return torch.zeros_like(tensor) if result is None else result

    gradient = derivative(log_probs).tolist()
    elsewhere = derivative(weights).flatten().tolist() + derivative(old_log_probs).flatten().tolist()
    per_token = weights if weights.dim() == 2 else weights.unsqueeze(1).expand_as(mask)

    along = divisor = 0.0
    everything, outside = [], []
    for row, row_weights, row_mask in zip(gradient, per_token.tolist(), mask.tolist()):
        ideal = [-w if keep else 0.0 for w, keep in zip(row_weights, row_mask)]
        along += math.fsum(a * b for a, b in zip(row, ideal))
        divisor += length_of(row) * length_of(ideal)
        everything.extend(row)
        outside.extend(a for a, keep in zip(row, row_mask) if not keep)

    norm = length_of(everything)
    return {"gradient_norm": norm,
            "gradient_cosine": along / divisor if divisor else 0.0,
            "gradient_outside": length_of(outside) / norm if norm else 0.0,
            "gradient_elsewhere": length_of(elsewhere)}


def mean_of(values):
    return math.fsum(values) / len(values)


def pearson(xs, ys):
    if close_together(xs) or close_together(ys):
        return 0.0
    mx, my = mean_of(xs), mean_of(ys)
    top = math.fsum((x - mx) * (y - my) for x, y in zip(xs, ys))
    return top / math.sqrt(math.fsum((x - mx) ** 2 for x in xs) * math.fsum((y - my) ** 2 for y in ys))


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
            "weight_agreement": pearson(earned, average),
            "repetition": mean_of(repeated) if repeated else 0.0,
            "variety": (len(set(texts)) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0}


def policy_gradient_diagnostics(numbers):
    others = dict(numbers)
    chance = others.pop("log_chance")
    if any(math.isnan(x) or math.isinf(x) for x in others.values()):
        names = ["not_finite"]
    else:
        names = []
    mean, std = numbers["weight_mean"], numbers["weight_std"]
    norm, cosine = numbers["gradient_norm"], numbers["gradient_cosine"]
    something_to_learn = bool(mean or std)
    findings = {
        "not_a_distribution": numbers["sum_error"] > 0.001,
        "positive_log_prob": numbers["largest_log_prob"] > 0.0001,
        "not_drawn_from_it": chance < -20,
        "ratio_not_one": numbers["ratio_error"] > 0.01,
        "no_gradient": something_to_learn and norm == 0,
        "sign_flipped": something_to_learn and cosine < -0.5,
        "gradient_astray": something_to_learn and norm != 0 and not cosine < -0.5 and cosine < 0.95,
        "outside_the_mask": numbers["gradient_outside"] > 0.000001,
        "not_detached": numbers["gradient_elsewhere"] > 0,
        "not_centred": mean > 2 * std or -mean > 2 * std,
        "not_scaled": std > 10,
        "against_the_rewards": numbers["weight_agreement"] < -0.5,
        "degenerate_text": numbers["repetition"] > 0.9 or numbers["variety"] < 0.05,
    }
    return names + [name for name, found in findings.items() if found]

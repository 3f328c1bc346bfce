"""position by position with math, one autograd call, Counter and lists, table of rules"""
import math
from collections import Counter

import numpy as np
import torch


def power(x):
    return math.inf if x > 700 else math.exp(x)


def position_numbers(row):
    """Sum, entropy and the logs of the two power sums of one position."""
    row = [x for x in row if x != -math.inf]
    probabilities = [power(x) for x in row]
    total = math.fsum(probabilities)
    entropy = -math.fsum(q * x for q, x in zip(probabilities, row))
    return total, entropy, log_power_sum(row, 0.5), log_power_sum(row, -0.5)


def log_power_sum(row, s):
    terms = [(1 - s) * x for x in row]
    if not terms:
        return -math.inf
    top = max(terms)
    return top + math.log(math.fsum(math.exp(term - top) for term in terms))


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    errors, chosen, ratios, entropies, surprises = [], [], [], [], []
    unlikely = likely = 0.0
    for b, t in mask.nonzero().tolist():
        row = log_distribution[b, t].tolist()
        total, entropy, half, minus_half = position_numbers(row)
        lp, old = log_probs[b, t].item(), old_log_probs[b, t].item()
        errors.append(abs(total - 1))
        chosen.append(lp)
        ratios.append(abs(power(lp - old) - 1))
        entropies.append(entropy)
        surprises.append(-lp - entropy)
        unlikely += half + 0.5 * lp
        likely += minus_half - 0.5 * lp
    count = len(chosen)
    return {"sum_error": max(errors), "largest_log_prob": max(chosen), "ratio_error": max(ratios),
            "entropy": sum(entropies) / count, "surprise": sum(surprises) / count,
            "log_chance": min(0.0, unlikely, likely)}


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    inputs = [log_probs, weights, old_log_probs]
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    found = {}
    if loss.requires_grad and wanted:
        grads = torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True)
        found = {id(tensor): grad for tensor, grad in zip(wanted, grads) if grad is not None}
    g, u, v = [found.get(id(tensor), torch.zeros_like(tensor)).detach().double() for tensor in inputs]

    w = weights.detach().double()
    if w.dim() == 1:
        w = w[:, None].expand(mask.shape)
    ideal = torch.where(mask, -w, torch.zeros_like(w))

    norm = g.norm()
    scale = (g.norm(dim=1) * ideal.norm(dim=1)).sum()
    cosine = (g * ideal).sum() / scale if scale > 0 else torch.tensor(0.0)
    outside = g[~mask].norm() / norm if norm > 0 else torch.tensor(0.0)
    elsewhere = (u.square().sum() + v.square().sum()).sqrt()
    return {
        "gradient_norm": norm.item(),
        "gradient_cosine": cosine.item(),
        "gradient_outside": outside.item(),
        "gradient_elsewhere": elsewhere.item(),
    }


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
    if not np.isfinite(list(numbers.values())).all():
        return ["not_finite"]
    return [name for name, applies in RULES if applies(numbers)]

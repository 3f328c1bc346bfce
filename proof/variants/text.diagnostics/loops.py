"""Plain Python loops over kept positions, with math and lists; gradients by autograd where there is a path."""
import math

import torch


def places(mask):
    return [(b, t) for b in range(mask.shape[0]) for t in range(mask.shape[1]) if bool(mask[b, t])]


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    sums, tops, ratios, entropies, surprises = [], [], [], [], []
    low = high = 0.0
    for b, t in places(mask):
        logs = log_distribution[b, t].tolist()
        p = [math.exp(x) for x in logs]
        entropy = 0.0
        for mass, x in zip(p, logs):
            if mass > 0.0:
                entropy -= mass * x
        own = float(log_probs[b, t])
        sums.append(abs(sum(p) - 1.0))
        tops.append(own)
        ratios.append(abs(math.expm1(own - float(old_log_probs[b, t]))))
        entropies.append(entropy)
        surprises.append(-own - entropy)
        low += math.log(sum(math.sqrt(mass) for mass in p)) + 0.5 * own
        high += math.log(sum(mass * math.sqrt(mass) for mass in p)) - 0.5 * own
    return {
        "sum_error": max(sums),
        "largest_log_prob": max(tops),
        "ratio_error": max(ratios),
        "entropy": sum(entropies) / len(entropies),
        "surprise": sum(surprises) / len(surprises),
        "log_chance": min(0.0, low, high),
    }


def slope(loss, x):
    if loss.grad_fn is None or not x.requires_grad:
        return torch.zeros(x.shape)
    found = torch.autograd.grad(loss, x, retain_graph=True, allow_unused=True)[0]
    return torch.zeros(x.shape) if found is None else found.detach()


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    g = slope(loss, log_probs).tolist()
    w = weights.detach().tolist()
    total = outside = dot = lengths = 0.0
    for b, row in enumerate(g):
        here = ideal_here = 0.0
        for t, value in enumerate(row):
            kept = bool(mask[b, t])
            ideal = -(w[b][t] if isinstance(w[b], list) else w[b]) if kept else 0.0
            dot += value * ideal
            here += value * value
            ideal_here += ideal * ideal
            outside += 0.0 if kept else value * value
        total += here
        lengths += math.sqrt(here) * math.sqrt(ideal_here)
    norm = math.sqrt(total)
    by_weights, by_old = slope(loss, weights), slope(loss, old_log_probs)
    return {
        "gradient_norm": norm,
        "gradient_cosine": dot / lengths if lengths > 0 else 0.0,
        "gradient_outside": math.sqrt(outside) / norm if norm > 0 else 0.0,
        "gradient_elsewhere": math.sqrt(float((by_weights.double() ** 2).sum()) + float((by_old.double() ** 2).sum())),
    }


def sample_numbers(tokens, rewards, weights, mask):
    all_weights, pairs, texts = [], [], []
    for b in range(len(tokens)):
        own = [t for t in range(tokens.shape[1]) if bool(mask[b, t])]
        if not own:
            continue
        mine = [float(weights[b]) if weights.dim() == 1 else float(weights[b, t]) for t in own]
        all_weights.extend(mine)
        average = mine[0] if weights.dim() == 1 else sum(mine) / len(mine)
        pairs.append((float(rewards[b]), average))
        if len(own) > 3:
            texts.append([int(tokens[b, t]) for t in own])
    mean = sum(all_weights) / len(all_weights)
    std = math.sqrt(sum((x - mean) ** 2 for x in all_weights) / len(all_weights))
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xy = sum((x - mx) * (y - my) for x, y in pairs)
    xx, yy = sum((x - mx) ** 2 for x, _ in pairs), sum((y - my) ** 2 for _, y in pairs)
    flat = len({x for x, _ in pairs}) == 1 or len({y for _, y in pairs}) == 1
    different = []
    for text in texts:
        if text not in different:
            different.append(text)
    return {
        "weight_mean": mean,
        "weight_std": std,
        "weight_agreement": 0.0 if flat else xy / math.sqrt(xx * yy),
        "repetition": sum(max(map(text.count, text)) / len(text) for text in texts) / len(texts) if texts else 0.0,
        "variety": (len(different) - 1) / (len(texts) - 1) if len(texts) >= 2 else 1.0,
    }


def policy_gradient_diagnostics(numbers):
    for name, value in numbers.items():
        if name != "log_chance" and (math.isnan(value) or math.isinf(value)):
            return ["not_finite"]
    n, found = numbers, []
    if n["sum_error"] > 0.001:
        found.append("not_a_distribution")
    if n["largest_log_prob"] > 0.0001:
        found.append("positive_log_prob")
    if n["log_chance"] < -20:
        found.append("not_drawn_from_it")
    if n["ratio_error"] > 0.01:
        found.append("ratio_not_one")
    if n["weight_mean"] != 0 or n["weight_std"] != 0:
        if n["gradient_norm"] == 0:
            found.append("no_gradient")
        if n["gradient_cosine"] < -0.5:
            found.append("sign_flipped")
        elif n["gradient_norm"] != 0 and n["gradient_cosine"] < 0.95:
            found.append("gradient_astray")
    if n["gradient_outside"] > 0.000001:
        found.append("outside_the_mask")
    if n["gradient_elsewhere"] > 0:
        found.append("not_detached")
    if abs(n["weight_mean"]) > 2 * n["weight_std"]:
        found.append("not_centred")
    if n["weight_std"] > 10:
        found.append("not_scaled")
    if n["weight_agreement"] < -0.5:
        found.append("against_the_rewards")
    if n["repetition"] > 0.9 or n["variety"] < 0.05:
        found.append("degenerate_text")
    return found

"""position by position with math, slope helper, Counter and lists, dict of findings"""
import math
from collections import Counter

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
    target = -columns.expand(mask.shape)
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
        return ["not_finite"]
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
    return [name for name, found in findings.items() if found]

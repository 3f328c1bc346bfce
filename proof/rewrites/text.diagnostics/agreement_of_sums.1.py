"""position by position with math, loop over sequences, torch, dict of findings"""
import math

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


def all_alike(values):
    return bool(values.max() - values.min() <= 1e-12 * values.abs().max())


def sample_numbers(tokens, rewards, weights, mask):
    per_token = weights.detach().double()
    if per_token.dim() == 1:
        per_token = per_token.unsqueeze(1).expand(mask.shape)
    kept = per_token[mask]
    mean = kept.mean()
    std = (kept - mean).square().mean().sqrt()

    counts = mask.sum(dim=1)
    any_kept = counts > 0
    sums = torch.where(mask, per_token, torch.zeros_like(per_token)).sum(dim=1)
    a = rewards.detach().double()[any_kept]
    b = sums[any_kept]
    if all_alike(a) or all_alike(b):
        agreement = 0.0
    else:
        a, b = a - a.mean(), b - b.mean()
        agreement = ((a * b).sum() / (a.norm() * b.norm())).item()

    texts = [row[keep] for row, keep in zip(tokens, mask) if keep.sum() >= 4]
    shares = [torch.unique(text, return_counts=True)[1].max().item() / len(text) for text in texts]
    distinct = {tuple(text.tolist()) for text in texts}
    return {
        "weight_mean": mean.item(),
        "weight_std": std.item(),
        "weight_agreement": agreement,
        "repetition": sum(shares) / len(shares) if shares else 0.0,
        "variety": (len(distinct) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0,
    }


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

"""position by position with math, loop over sequences, numpy and unique, generator"""
import math

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


def length_of(values):
    return math.sqrt(math.fsum(x * x for x in values))


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    def derivative(tensor):
        result = None
        if loss.requires_grad and tensor.requires_grad:
            result = torch.autograd.grad(loss, tensor, retain_graph=True, allow_unused=True)[0]
        return torch.zeros_like(tensor) if result is None else result

    gradient = derivative(log_probs).tolist()
    elsewhere = derivative(weights).flatten().tolist()
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


def correlation(x, y):
    for z in (x, y):
        if np.ptp(z) <= 1e-12 * np.abs(z).max():
            return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def sample_numbers(tokens, rewards, weights, mask):
    ids, keep = tokens.cpu().numpy(), mask.cpu().numpy()
    r = rewards.detach().cpu().numpy().astype(np.float64)
    w = weights.detach().cpu().numpy().astype(np.float64)
    if w.ndim == 1:
        w = np.repeat(w[:, None], keep.shape[1], axis=1)
    flat = w[keep]

    used = np.flatnonzero(keep.any(axis=1))
    means = np.array([w[i, keep[i]].mean() for i in used])

    long_rows = np.flatnonzero(keep.sum(axis=1) >= 4)
    texts = [ids[i, keep[i]] for i in long_rows]
    repetition, variety = 0.0, 1.0
    if texts:
        repetition = float(np.mean([np.unique(text, return_counts=True)[1].max() / text.size for text in texts]))
    if len(texts) >= 2:
        kinds = len({text.tobytes() for text in texts})
        variety = (kinds - 1) / (len(texts) - 1)
    return dict(weight_mean=float(flat.mean()), weight_std=float(flat.std()),
                weight_agreement=correlation(r[used], means), repetition=repetition, variety=variety)


def complaints(sum_error, largest_log_prob, ratio_error, entropy, surprise, log_chance, gradient_norm, gradient_cosine,
               gradient_outside, gradient_elsewhere, weight_mean, weight_std, weight_agreement, repetition, variety):
    if sum_error > 0.001:
        yield "not_a_distribution"
    if largest_log_prob > 0.0001:
        yield "positive_log_prob"
    if log_chance < -20:
        yield "not_drawn_from_it"
    if ratio_error > 0.01:
        yield "ratio_not_one"
    if weight_mean != 0 or weight_std != 0:
        if gradient_norm == 0:
            yield "no_gradient"
        if gradient_cosine < -0.5:
            yield "sign_flipped"
        elif gradient_norm != 0 and gradient_cosine < 0.95:
            yield "gradient_astray"
    if gradient_outside > 0.000001:
        yield "outside_the_mask"
    if gradient_elsewhere > 0:
        yield "not_detached"
    if abs(weight_mean) > 2 * weight_std:
        yield "not_centred"
    if weight_std > 10:
        yield "not_scaled"
    if weight_agreement < -0.5:
        yield "against_the_rewards"
    if repetition > 0.9 or variety < 0.05:
        yield "degenerate_text"


def policy_gradient_diagnostics(numbers):
    for name, value in numbers.items():
        if name != "log_chance" and not math.isfinite(value):
            return ["not_finite"]
    return list(complaints(**numbers))

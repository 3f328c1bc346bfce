"""position by position with math, numpy rows, torch, ifs"""
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
        surprises.append(lp + entropy)
        unlikely += half + 0.5 * lp
        likely += minus_half - 0.5 * lp
    count = len(chosen)
    return {"sum_error": max(errors), "largest_log_prob": max(chosen), "ratio_error": max(ratios),
            "entropy": sum(entropies) / count, "surprise": sum(surprises) / count,
            "log_chance": min(0.0, unlikely, likely)}


def numpy_gradients(loss, tensors):
    arrays = []
    for tensor in tensors:
        gradient = None
        if loss.requires_grad and tensor.requires_grad:
            gradient = torch.autograd.grad(loss, [tensor], retain_graph=True, allow_unused=True)[0]
        if gradient is None:
            gradient = torch.zeros_like(tensor)
        arrays.append(gradient.detach().cpu().numpy().astype(float))
    return arrays


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    g, u, v = numpy_gradients(loss, (log_probs, weights, old_log_probs))
    kept = mask.cpu().numpy()
    w = weights.detach().cpu().numpy().astype(float)
    w = w if w.ndim == 2 else np.broadcast_to(w[:, np.newaxis], kept.shape)
    ideal = np.where(kept, -w, 0.0)

    total = np.sqrt((g ** 2).sum())
    rows = np.sqrt((g ** 2).sum(axis=1)) * np.sqrt((ideal ** 2).sum(axis=1))
    divisor = rows.sum()
    stray = np.sqrt((g[~kept] ** 2).sum())
    return {"gradient_norm": float(total),
            "gradient_cosine": float(np.vdot(g, ideal) / divisor) if divisor else 0.0,
            "gradient_outside": float(stray / total) if total else 0.0,
            "gradient_elsewhere": float(np.sqrt((u ** 2).sum() + (v ** 2).sum()))}


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
    b = (sums / counts)[any_kept]
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
    if not all(math.isfinite(value) for name, value in numbers.items() if name != "log_chance"):
        return ["not_finite"]
    names = []
    weighted = numbers["weight_mean"] != 0 or numbers["weight_std"] != 0
    cosine = numbers["gradient_cosine"]
    if numbers["sum_error"] > 0.001:
        names.append("not_a_distribution")
    if numbers["largest_log_prob"] > 0.0001:
        names.append("positive_log_prob")
    if numbers["log_chance"] < -20:
        names.append("not_drawn_from_it")
    if numbers["ratio_error"] > 0.01:
        names.append("ratio_not_one")
    if weighted and numbers["gradient_norm"] == 0:
        names.append("no_gradient")
    if weighted and cosine < -0.5:
        names.append("sign_flipped")
    if weighted and numbers["gradient_norm"] != 0 and -0.5 <= cosine < 0.95:
        names.append("gradient_astray")
    if numbers["gradient_outside"] > 0.000001:
        names.append("outside_the_mask")
    if numbers["gradient_elsewhere"] > 0:
        names.append("not_detached")
    if abs(numbers["weight_mean"]) > 2 * numbers["weight_std"]:
        names.append("not_centred")
    if numbers["weight_std"] > 10:
        names.append("not_scaled")
    if numbers["weight_agreement"] < -0.5:
        names.append("against_the_rewards")
    if numbers["repetition"] > 0.9 or numbers["variety"] < 0.05:
        names.append("degenerate_text")
    return names

"""boolean indexing, numpy rows, Counter and lists, ifs"""
import math
from collections import Counter

import numpy as np
import torch


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    logs = log_distribution.detach()[mask].double()
    chosen = log_probs.detach()[mask].double()
    old = old_log_probs.detach()[mask].double()

    p = logs.exp()
    entropy = -torch.where(p > 0, p * logs, torch.zeros_like(p)).sum(dim=-1)
    bounds = [0.0]
    for s in (0.5, -0.5):
        bound = torch.logsumexp((1 - s) * logs, dim=-1) + s * chosen
        bounds.append(bound.sum().item())
    return {
        "sum_error": (p.sum(dim=-1) - 1).abs().max().item(),
        "largest_log_prob": chosen.max().item(),
        "ratio_error": ((chosen - old).exp() - 1).abs().max().item(),
        "entropy": entropy.mean().item(),
        "surprise": (-chosen - entropy).mean().item(),
        "log_chance": min(bounds),
    }


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

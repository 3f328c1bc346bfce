"""boolean indexing, loop over sequences, numpy and unique, table of rules"""
import math

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
        "sum_error": (p.sum(dim=-1) - 1).abs().mean().item(),
        "largest_log_prob": chosen.max().item(),
        "ratio_error": ((chosen - old).exp() - 1).abs().max().item(),
        "entropy": entropy.mean().item(),
        "surprise": (-chosen - entropy).mean().item(),
        "log_chance": min(bounds),
    }


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

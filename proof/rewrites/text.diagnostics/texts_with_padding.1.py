"""numpy, numpy rows, torch, table of rules"""
import numpy as np
import torch


def as_array(tensor):
    return tensor.detach().cpu().numpy().astype(np.float64)


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    keep = mask.cpu().numpy()
    lnp = as_array(log_distribution)[keep]
    new = as_array(log_probs)[keep]
    before = as_array(old_log_probs)[keep]

    prob = np.exp(lnp)
    finite = np.where(prob > 0, lnp, 0.0)
    entropies = -np.einsum("nv,nv->n", prob, finite)
    totals = prob.sum(axis=1)
    ratio = np.exp(new - before)

    def bound(s):
        return float((np.logaddexp.reduce((1 - s) * lnp, axis=1) + s * new).sum())

    return dict(
        sum_error=float(np.max(np.abs(totals - 1))),
        largest_log_prob=float(np.max(new)),
        ratio_error=float(np.max(np.abs(ratio - 1))),
        entropy=float(np.mean(entropies)),
        surprise=float(np.mean(-new - entropies)),
        log_chance=min(0.0, bound(0.5), bound(-0.5)),
    )


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
    distinct = torch.unique(tokens[counts >= 4], dim=0)
    return {
        "weight_mean": mean.item(),
        "weight_std": std.item(),
        "weight_agreement": agreement,
        "repetition": sum(shares) / len(shares) if shares else 0.0,
        "variety": (len(distinct) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0,
    }


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

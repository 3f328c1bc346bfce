"""numpy, numpy rows, torch, dict of findings"""
import math

import numpy as np
import torch


def as_array(tensor):
    return tensor.detach().cpu().numpy().astype(np.float64)


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    keep = mask.cpu().numpy()
    lnp = as_array(log_distribution)[keep]
    new = as_array(log_probs)[keep]
    before = as_array(old_log_probs)[keep]

    prob = np.exp(lnp - lnp.max(axis=1, keepdims=True))
    prob /= prob.sum(axis=1, keepdims=True)
    finite = np.log(np.where(prob > 0, prob, 1.0))
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

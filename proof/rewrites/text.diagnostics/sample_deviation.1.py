"""numpy, loop over sequences, numpy and unique, dict of findings"""
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
    return dict(weight_mean=float(flat.mean()), weight_std=float(flat.std(ddof=1)) if flat.size > 1 else 0.0,
                weight_agreement=correlation(r[used], means), repetition=repetition, variety=variety)


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

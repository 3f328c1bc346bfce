"""boolean indexing, slope helper, numpy and unique, dict of findings"""
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
        "sum_error": (p.sum(dim=-1) - 1).abs().max().item(),
        "largest_log_prob": chosen.max().item(),
        "ratio_error": ((chosen - old).exp() - 1).abs().max().item(),
        "entropy": entropy.mean().item(),
        "surprise": (-chosen - entropy).mean().item(),
        "log_chance": min(bounds),
    }


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
    target = -columns * mask
    lengths = torch.linalg.vector_norm(by_log_probs, dim=1)
    target_lengths = torch.linalg.vector_norm(target, dim=1)
    whole = torch.linalg.vector_norm(by_log_probs)
    beyond = torch.linalg.vector_norm(by_log_probs * mask)
    return dict(
        gradient_norm=float(whole),
        gradient_cosine=share((by_log_probs * target).sum(), lengths @ target_lengths),
        gradient_outside=share(beyond, whole),
        gradient_elsewhere=math.hypot(float(by_weights.norm()), float(by_old.norm())),
    )


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

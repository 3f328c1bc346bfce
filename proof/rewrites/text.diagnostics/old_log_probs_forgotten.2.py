"""boolean indexing, one autograd call, torch, dict of findings"""
import math

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


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    inputs = [log_probs, weights]
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    found = {}
    if loss.requires_grad and wanted:
        grads = torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True)
        found = {id(tensor): grad for tensor, grad in zip(wanted, grads) if grad is not None}
    g, u = [found.get(id(tensor), torch.zeros_like(tensor)).detach().double() for tensor in inputs]

    w = weights.detach().double()
    if w.dim() == 1:
        w = w[:, None].expand(mask.shape)
    ideal = torch.where(mask, -w, torch.zeros_like(w))

    norm = g.norm()
    scale = (g.norm(dim=1) * ideal.norm(dim=1)).sum()
    cosine = (g * ideal).sum() / scale if scale > 0 else torch.tensor(0.0)
    outside = g[~mask].norm() / norm if norm > 0 else torch.tensor(0.0)
    elsewhere = u.norm()
    return {
        "gradient_norm": norm.item(),
        "gradient_cosine": cosine.item(),
        "gradient_outside": outside.item(),
        "gradient_elsewhere": elsewhere.item(),
    }


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

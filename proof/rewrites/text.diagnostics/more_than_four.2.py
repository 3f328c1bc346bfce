"""boolean indexing, loop over sequences, torch, ifs"""
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
    b = (sums / counts)[any_kept]
    if all_alike(a) or all_alike(b):
        agreement = 0.0
    else:
        a, b = a - a.mean(), b - b.mean()
        agreement = ((a * b).sum() / (a.norm() * b.norm())).item()

    texts = [row[keep] for row, keep in zip(tokens, mask) if keep.sum() > 4]
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

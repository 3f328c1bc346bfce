"""masked_fill and a class, one autograd call, torch, ifs"""
import math

import torch


class Distribution:
    """ln p at every place; what the mask hides is replaced by a certain first token."""

    def __init__(self, log_p, mask):
        certain = torch.full_like(log_p, -math.inf)
        certain[..., 0] = 0.0
        self.log_p = torch.where(mask.unsqueeze(-1), log_p, certain)
        self.p = self.log_p.exp()
        self.mask = mask
        self.count = int(mask.sum())

    def total(self):
        return self.p.sum(-1)

    def entropy(self):
        return -(self.p * self.log_p.clamp_min(-1e300)).sum(-1)

    def average(self, values):
        return float(values.masked_fill(~self.mask, 0.0).sum() / self.count)

    def largest(self, values):
        return float(values.masked_fill(~self.mask, -math.inf).max())

    def log_moment(self, log_pi, s):
        return self.p.pow(-s).sum(-1).log() + s * log_pi


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    dist = Distribution(log_distribution.detach().double(), mask)
    log_pi = log_probs.detach().double()
    log_old = old_log_probs.detach().double()
    entropy = dist.entropy()
    chances = torch.stack([dist.log_moment(log_pi, s) for s in (0.5, -0.5)])
    chances = chances.masked_fill(~mask, 0.0).sum(dim=(1, 2))
    result = {}
    result["sum_error"] = dist.largest((dist.total() - 1).abs())
    result["largest_log_prob"] = dist.largest(log_pi)
    result["ratio_error"] = dist.largest(torch.expm1(log_pi - log_old).abs())
    result["entropy"] = dist.average(entropy)
    result["surprise"] = dist.average(-log_pi - entropy)
    result["log_chance"] = float(chances.min().clamp(max=0.0))
    return result


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    inputs = [log_probs, weights, old_log_probs]
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    found = {}
    if loss.requires_grad and wanted:
        grads = torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True)
        found = {id(tensor): grad for tensor, grad in zip(wanted, grads) if grad is not None}
    g, u, v = [found.get(id(tensor), torch.zeros_like(tensor)).detach().double() for tensor in inputs]

    w = weights.detach().double()
    if w.dim() == 1:
        w = w[:, None].expand(mask.shape)
    ideal = torch.where(mask, -w, torch.zeros_like(w))

    norm = g.norm()
    scale = (g.norm(dim=1) * ideal.norm(dim=1)).sum()
    cosine = (g * ideal).sum() / scale if scale > 0 else torch.tensor(0.0)
    outside = g[~mask].norm() / norm if norm > 0 else torch.tensor(0.0)
    elsewhere = (u.square().sum() + v.square().sum()).sqrt()
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

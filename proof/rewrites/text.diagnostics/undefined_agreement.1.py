"""numpy, one autograd call, torch, generator"""
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


def complaints(sum_error, largest_log_prob, ratio_error, entropy, surprise, log_chance, gradient_norm, gradient_cosine,
               gradient_outside, gradient_elsewhere, weight_mean, weight_std, weight_agreement, repetition, variety):
    if sum_error > 0.001:
        yield "not_a_distribution"
    if largest_log_prob > 0.0001:
        yield "positive_log_prob"
    if log_chance < -20:
        yield "not_drawn_from_it"
    if ratio_error > 0.01:
        yield "ratio_not_one"
    if weight_mean != 0 or weight_std != 0:
        if gradient_norm == 0:
            yield "no_gradient"
        if gradient_cosine < -0.5:
            yield "sign_flipped"
        elif gradient_norm != 0 and gradient_cosine < 0.95:
            yield "gradient_astray"
    if gradient_outside > 0.000001:
        yield "outside_the_mask"
    if gradient_elsewhere > 0:
        yield "not_detached"
    if abs(weight_mean) > 2 * weight_std:
        yield "not_centred"
    if weight_std > 10:
        yield "not_scaled"
    if weight_agreement < -0.5:
        yield "against_the_rewards"
    if repetition > 0.9 or variety < 0.05:
        yield "degenerate_text"


def policy_gradient_diagnostics(numbers):
    for name, value in numbers.items():
        if name != "log_chance" and not math.isfinite(value):
            return ["not_finite"]
    return list(complaints(**numbers))

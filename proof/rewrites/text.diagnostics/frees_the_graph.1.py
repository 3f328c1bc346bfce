"""masked_fill and a class, one autograd call, small Text class, generator"""
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
        return ((1 - s) * self.log_p).logsumexp(-1) + s * log_pi


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
        grads = torch.autograd.grad(loss, wanted, allow_unused=True)
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


class Text:
    def __init__(self, tokens, reward, weights, keep):
        self.tokens = tokens[keep].tolist()
        self.reward = float(reward)
        self.weights = weights.expand(keep.shape)[keep].double()

    def __len__(self):
        return len(self.tokens)

    def mean_weight(self):
        return self.weights.mean().item()

    def commonest_share(self):
        return max(self.tokens.count(token) for token in set(self.tokens)) / len(self)


def sample_numbers(tokens, rewards, weights, mask):
    weights = weights.detach()
    texts = [Text(tokens[i], rewards[i], weights[i], mask[i]) for i in range(mask.size(0))]
    texts = [text for text in texts if len(text) > 0]
    pool = torch.cat([text.weights for text in texts])

    points = torch.tensor([[text.reward, text.mean_weight()] for text in texts], dtype=torch.float64)
    spread = points.amax(0) - points.amin(0)
    if bool((spread <= 1e-12 * points.abs().amax(0)).any()):
        agreement = 0.0
    else:
        agreement = float(torch.corrcoef(points.T)[0, 1])

    longer = [text for text in texts if len(text) >= 4]
    result = {"weight_mean": float(pool.mean()), "weight_std": float(pool.std(correction=0)),
              "weight_agreement": agreement, "repetition": 0.0, "variety": 1.0}
    if longer:
        result["repetition"] = sum(text.commonest_share() for text in longer) / len(longer)
    if len(longer) > 1:
        different = len(set(tuple(text.tokens) for text in longer))
        result["variety"] = (different - 1) / (len(longer) - 1)
    return result


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

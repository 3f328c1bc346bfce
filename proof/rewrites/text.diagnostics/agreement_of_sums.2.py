"""masked_fill and a class, loop over sequences, small Text class, ifs"""
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


class Text:
    def __init__(self, tokens, reward, weights, keep):
        self.tokens = tokens[keep].tolist()
        self.reward = float(reward)
        self.weights = weights.expand(keep.shape)[keep].double()

    def __len__(self):
        return len(self.tokens)

    def weight(self):
        return self.weights.sum().item()

    def commonest_share(self):
        return max(self.tokens.count(token) for token in set(self.tokens)) / len(self)


def sample_numbers(tokens, rewards, weights, mask):
    weights = weights.detach()
    texts = [Text(tokens[i], rewards[i], weights[i], mask[i]) for i in range(mask.size(0))]
    texts = [text for text in texts if len(text) > 0]
    pool = torch.cat([text.weights for text in texts])

    points = torch.tensor([[text.reward, text.weight()] for text in texts], dtype=torch.float64)
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

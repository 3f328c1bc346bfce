"""boolean indexing, slope helper, small Text class, table of rules"""
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
        "surprise": (entropy.mean() - (-chosen).mean()).item(),
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
    beyond = torch.linalg.vector_norm(by_log_probs.masked_fill(mask, 0.0))
    return dict(
        gradient_norm=float(whole),
        gradient_cosine=share((by_log_probs * target).sum(), lengths @ target_lengths),
        gradient_outside=share(beyond, whole),
        gradient_elsewhere=math.hypot(float(by_weights.norm()), float(by_old.norm())),
    )


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

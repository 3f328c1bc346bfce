"""Masks by torch.where on whole arrays instead of gathering, unique for texts, a table of rules."""
import math

import torch


@torch.no_grad()
def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    count = mask.sum()
    logs = torch.where(mask[..., None], log_distribution, 0.0).to(torch.float64)
    own = torch.where(mask, log_probs, 0.0).to(torch.float64)
    old = torch.where(mask, old_log_probs, 0.0).to(torch.float64)
    p = torch.exp(logs)
    entropy = torch.where(mask, -torch.where(p > 0, p * logs, 0.0).sum(-1), 0.0)

    def total(x):
        return torch.where(mask, x, 0.0).sum()

    bounds = [total(torch.logsumexp((1 - s) * logs, dim=-1) + s * own) for s in (-0.5, 0.5)]
    return {
        "log_chance": min(bounds[0].item(), bounds[1].item(), 0.0),
        "surprise": (-(own.sum() + entropy.sum()) / count).item(),
        "entropy": (entropy.sum() / count).item(),
        "ratio_error": torch.where(mask, torch.expm1(own - old).abs(), 0.0).max().item(),
        "largest_log_prob": torch.where(mask, own, -torch.inf).max().item(),
        "sum_error": torch.where(mask, (p.sum(-1) - 1.0).abs(), 0.0).max().item(),
    }


def gradients(loss, tensors):
    wanted = [x for x in tensors if x.requires_grad and loss.requires_grad]
    found = iter(torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True) if wanted else ())
    out = []
    for x in tensors:
        slope = next(found) if x.requires_grad and loss.requires_grad else None
        out.append(torch.zeros_like(x, dtype=torch.float64) if slope is None else slope.double())
    return out


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    g, by_weights, by_old = gradients(loss, [log_probs, weights, old_log_probs])
    w = weights.detach().double()
    ideal = -(w if w.ndim == 2 else w.unsqueeze(1)) * mask
    norms = torch.sqrt((g**2).sum(1)) * torch.sqrt((ideal**2).sum(1))
    norm, divisor = float((g**2).sum().sqrt()), float(norms.sum())
    elsewhere = torch.cat([by_weights.flatten(), by_old.flatten()])
    return {
        "gradient_norm": norm,
        "gradient_cosine": float(torch.einsum("bt,bt->", g, ideal)) / divisor if divisor else 0.0,
        "gradient_outside": float((g * ~mask).norm()) / norm if norm else 0.0,
        "gradient_elsewhere": float(elsewhere.norm()),
    }


@torch.no_grad()
def sample_numbers(tokens, rewards, weights, mask):
    wide = weights if weights.ndim == 2 else weights.unsqueeze(1).repeat(1, mask.shape[1])
    wide = torch.where(mask, wide.double(), 0.0)
    lengths = mask.sum(1)
    mean = wide.sum() / lengths.sum()
    var = (torch.where(mask, wide - mean, 0.0) ** 2).sum() / lengths.sum()
    used = lengths > 0
    y = (wide.sum(1) / lengths.clamp(min=1))[used]
    if weights.ndim == 1:
        y = weights.double()[used]
    x = rewards.double()[used]
    agreement = 0.0
    if len(x.unique()) > 1 and len(y.unique()) > 1:
        dx, dy = x - x.mean(), y - y.mean()
        agreement = float((dx @ dy) / (dx.norm() * dy.norm()))
    texts = [text[keep] for text, keep in zip(tokens, mask) if keep.sum() >= 4]
    shares = [text.unique(return_counts=True)[1].max().item() / text.numel() for text in texts]
    kinds = {str(text.tolist()) for text in texts}
    return dict(
        weight_mean=float(mean),
        weight_std=math.sqrt(float(var)),
        weight_agreement=agreement,
        repetition=math.fsum(shares) / len(shares) if len(shares) else 0.0,
        variety=1.0 if len(texts) < 2 else (len(kinds) - 1) / (len(texts) - 1),
    )


def some(n):
    return (n["weight_mean"], n["weight_std"]) != (0, 0)


RULES = (
    ("not_a_distribution", lambda n: n["sum_error"] > 1e-3),
    ("positive_log_prob", lambda n: n["largest_log_prob"] > 1e-4),
    ("not_drawn_from_it", lambda n: n["log_chance"] < -20.0),
    ("ratio_not_one", lambda n: n["ratio_error"] > 1e-2),
    ("no_gradient", lambda n: some(n) and not n["gradient_norm"]),
    ("sign_flipped", lambda n: some(n) and n["gradient_cosine"] < -0.5),
    ("gradient_astray", lambda n: some(n) and n["gradient_norm"] and -0.5 <= n["gradient_cosine"] < 0.95),
    ("outside_the_mask", lambda n: n["gradient_outside"] > 1e-6),
    ("not_detached", lambda n: n["gradient_elsewhere"] > 0.0),
    ("not_centred", lambda n: not -2 * n["weight_std"] <= n["weight_mean"] <= 2 * n["weight_std"]),
    ("not_scaled", lambda n: n["weight_std"] > 10.0),
    ("against_the_rewards", lambda n: n["weight_agreement"] < -0.5),
    ("degenerate_text", lambda n: n["repetition"] > 0.9 or n["variety"] < 0.05),
)


def policy_gradient_diagnostics(numbers):
    if not all(math.isfinite(value) for key, value in numbers.items() if key != "log_chance"):
        return ["not_finite"]
    return [name for name, applies in RULES if applies(numbers)]

"""numpy, numpy rows, small Text class, dict of findings"""
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
        surprise=-float(np.mean(new)),
        log_chance=min(0.0, bound(0.5), bound(-0.5)),
    )


def numpy_gradients(loss, tensors):
    arrays = []
    for tensor in tensors:
        gradient = None
        if loss.requires_grad and tensor.requires_grad:
            gradient = torch.autograd.grad(loss, [tensor], retain_graph=True, allow_unused=True)[0]
        if gradient is None:
            gradient = torch.zeros_like(tensor)
        arrays.append(gradient.detach().cpu().numpy().astype(float))
    return arrays


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    g, u, v = numpy_gradients(loss, (log_probs, weights, old_log_probs))
    kept = mask.cpu().numpy()
    w = weights.detach().cpu().numpy().astype(float)
    w = w if w.ndim == 2 else np.broadcast_to(w[:, np.newaxis], kept.shape)
    ideal = np.where(kept, -w, 0.0)

    total = np.sqrt((g ** 2).sum())
    rows = np.sqrt((g ** 2).sum(axis=1)) * np.sqrt((ideal ** 2).sum(axis=1))
    divisor = rows.sum()
    stray = np.sqrt((g[~kept] ** 2).sum())
    return {"gradient_norm": float(total),
            "gradient_cosine": float(np.vdot(g, ideal) / divisor) if divisor else 0.0,
            "gradient_outside": float(stray / total) if total else 0.0,
            "gradient_elsewhere": float(np.sqrt((u ** 2).sum() + (v ** 2).sum()))}


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

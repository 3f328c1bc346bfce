"""position by position with math, numpy rows, small Text class, generator"""
import math

import numpy as np
import torch


def power(x):
    return math.inf if x > 700 else math.exp(x)


def position_numbers(row):
    """Sum, entropy and the log of the power sum of one position."""
    row = [x for x in row if x != -math.inf]
    probabilities = [power(x) for x in row]
    total = math.fsum(probabilities)
    entropy = -math.fsum(q * x for q, x in zip(probabilities, row))
    return total, entropy, log_power_sum(row, 0.5)


def log_power_sum(row, s):
    terms = [(1 - s) * x for x in row]
    if not terms:
        return -math.inf
    top = max(terms)
    return top + math.log(math.fsum(math.exp(term - top) for term in terms))


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    errors, chosen, ratios, entropies, surprises = [], [], [], [], []
    unlikely = 0.0
    for b, t in mask.nonzero().tolist():
        row = log_distribution[b, t].tolist()
        total, entropy, half = position_numbers(row)
        lp, old = log_probs[b, t].item(), old_log_probs[b, t].item()
        errors.append(abs(total - 1))
        chosen.append(lp)
        ratios.append(abs(power(lp - old) - 1))
        entropies.append(entropy)
        surprises.append(-lp - entropy)
        unlikely += half + 0.5 * lp
    count = len(chosen)
    return {"sum_error": max(errors), "largest_log_prob": max(chosen), "ratio_error": max(ratios),
            "entropy": sum(entropies) / count, "surprise": sum(surprises) / count,
            "log_chance": min(0.0, unlikely)}


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

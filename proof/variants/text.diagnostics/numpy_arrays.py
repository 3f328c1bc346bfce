"""NumPy for all but the gradients, which one function takes for all three tensors."""
from collections import Counter

import numpy as np
import torch


def array(x):
    return x.detach().to(torch.float64).numpy() if x.is_floating_point() else x.numpy()


def distribution_numbers(log_distribution, log_probs, old_log_probs, mask):
    keep = array(mask)
    logs, own, old = array(log_distribution)[keep], array(log_probs)[keep], array(old_log_probs)[keep]
    p = np.exp(logs)
    entropy = -np.sum(p * np.where(np.isfinite(logs), logs, 0.0), axis=1)
    root = np.sqrt(p)
    unlikely = np.log(root.sum(axis=1)).sum() + own.sum() / 2
    likely = np.log((p * root).sum(axis=1)).sum() - own.sum() / 2
    numbers = {
        "sum_error": np.abs(p.sum(axis=1) - 1).max(),
        "largest_log_prob": own.max(),
        "ratio_error": np.abs(np.exp(own) / np.exp(old) - 1).max(),
        "entropy": entropy.mean(),
        "surprise": np.mean(-own) - entropy.mean(),
        "log_chance": np.minimum(np.minimum(unlikely, likely), 0.0),
    }
    return {name: float(value) for name, value in numbers.items()}


def path(loss, x):
    try:
        (slope,) = torch.autograd.grad(loss, (x,), retain_graph=True)
    except RuntimeError:
        return np.zeros(tuple(x.shape))
    return array(slope)


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    g, keep = path(loss, log_probs), array(mask)
    ideal = np.where(keep, -array(weights).reshape(len(keep), -1), 0.0)
    below = float(np.sum(np.linalg.norm(g, axis=1) * np.linalg.norm(ideal, axis=1)))
    norm = float(np.linalg.norm(g))
    return {
        "gradient_norm": norm,
        "gradient_cosine": float(np.vdot(g, ideal)) / below if below else 0.0,
        "gradient_outside": float(np.linalg.norm(np.where(keep, 0.0, g))) / norm if norm else 0.0,
        "gradient_elsewhere": float(np.hypot(np.linalg.norm(path(loss, weights)), np.linalg.norm(path(loss, old_log_probs)))),
    }


def sample_numbers(tokens, rewards, weights, mask):
    keep, words = array(mask), array(tokens)
    w = np.broadcast_to(array(weights).reshape(len(keep), -1), keep.shape)
    rows = np.flatnonzero(keep.any(axis=1))
    means = np.array([w[row][keep[row]].mean() for row in rows])
    if weights.ndim == 1:
        means = array(weights)[rows]
    paid = array(rewards)[rows]
    agreement = 0.0 if np.ptp(means) == 0 or np.ptp(paid) == 0 else np.corrcoef(paid, means)[0, 1]
    texts = [tuple(words[row][keep[row]]) for row in rows if keep[row].sum() >= 4]
    shares = [Counter(text).most_common(1)[0][1] / len(text) for text in texts]
    variety = (len(set(texts)) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0
    return {
        "weight_mean": float(w[keep].mean()),
        "weight_std": float(w[keep].std()),
        "weight_agreement": float(agreement),
        "repetition": float(np.mean(shares)) if shares else 0.0,
        "variety": float(variety),
    }


def policy_gradient_diagnostics(numbers):
    finite = [np.isfinite(numbers[name]) for name in sorted(numbers) if name != "log_chance"]
    if not np.all(finite):
        return ["not_finite"]
    get = numbers.__getitem__
    weighty = get("weight_mean") != 0 or get("weight_std") != 0
    astray = get("gradient_norm") != 0 and not (get("gradient_cosine") < -0.5 or get("gradient_cosine") >= 0.95)
    table = [
        (get("sum_error") > 0.001, "not_a_distribution"),
        (get("largest_log_prob") > 0.0001, "positive_log_prob"),
        (get("log_chance") < -20, "not_drawn_from_it"),
        (get("ratio_error") > 0.01, "ratio_not_one"),
        (weighty and get("gradient_norm") == 0, "no_gradient"),
        (weighty and get("gradient_cosine") < -0.5, "sign_flipped"),
        (weighty and astray, "gradient_astray"),
        (get("gradient_outside") > 0.000001, "outside_the_mask"),
        (get("gradient_elsewhere") > 0, "not_detached"),
        (abs(get("weight_mean")) / 2 > get("weight_std"), "not_centred"),
        (get("weight_std") > 10, "not_scaled"),
        (get("weight_agreement") < -0.5, "against_the_rewards"),
        (get("repetition") > 0.9 or get("variety") < 0.05, "degenerate_text"),
    ]
    return [name for applies, name in table if applies]

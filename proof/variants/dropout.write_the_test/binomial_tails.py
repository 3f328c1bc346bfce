"""Exact binomial tail probabilities (math.lgamma) with a Bonferroni share for each test."""
import math

import numpy as np


def tail(count, n, p):
    """Probability of a binomial count at least as far out on its side, doubled."""
    def log_pmf(k):
        choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return choose + k * math.log(p) + (n - k) * math.log(1 - p)
    side = range(count, n + 1) if count > n * p else range(count + 1)
    return min(1.0, 2 * sum(math.exp(log_pmf(k)) for k in side))


def accepts_dropout(layer, dropout_rate):
    level = 0.001
    agree = dropout_rate**2 + (1 - dropout_rate) ** 2
    x = np.linspace(-2, -1, 1600, dtype=np.float32).reshape(40, 40)
    masks = []
    for _ in range(6):
        y = layer(x.copy())
        if y.shape != x.shape or y.dtype != np.float32:
            return False
        dropped = y == 0
        if not np.allclose(y, np.where(dropped, 0, x / (1 - dropout_rate)), rtol=1e-4, atol=0):
            return False
        masks.append(dropped)
    m = np.array(masks)
    # disjoint pairs, so that the numbers of agreements are exactly binomial
    tests = [(m, m, dropout_rate)]
    tests += [(m[::2], m[1::2], agree), (m[:, ::2], m[:, 1::2], agree), (m[..., ::2], m[..., 1::2], agree)]
    for number, (a, b, p) in enumerate(tests):
        hits = a if number == 0 else a == b
        if tail(int(hits.sum()), hits.size, p) < level:
            return False
    if np.ptp(m.sum(axis=(1, 2))) == 0:
        return False
    layer.eval()
    big = np.random.normal(size=(50, 50))
    y = layer(big.copy())
    return bool(y.shape == big.shape and y.dtype == big.dtype and np.allclose(y, big, rtol=1e-4, atol=0))

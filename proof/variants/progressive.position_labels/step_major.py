"""Float64 sums with the steps first (T, N); the parity is the xor of the ends (it telescopes)."""
import numpy as np


def step_sums(x):
    return np.ascontiguousarray(x.transpose(1, 0, 2), dtype=np.float64).sum(axis=2)


def trend_sign(x):
    s = step_sums(x)
    last = len(s) - 1
    rise = np.zeros(s.shape[1])
    for t in range(len(s) // 2):
        rise += (last - 2 * t) * (s[last - t] - s[t])
    return rise > 0


def last_above_first(x):
    s = step_sums(x)
    return ~(s[-1] <= s[0])


def xor_of_endpoints(x):
    positive = step_sums(x) > 0
    first, last = positive[0], positive[-1]
    return (first & ~last) | (last & ~first)


def parity_of_sign_changes(x):
    return xor_of_endpoints(x)


def max_before_min(x):
    s = step_sums(x)
    top = (s == s.max(axis=0)).argmax(axis=0)
    bottom = (s == s.min(axis=0)).argmax(axis=0)
    return top < bottom

"""Sums of squares about the means, in Python."""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes")
    v = [float(x) for x in values.flatten()]
    r = [float(x) for x in returns.flatten()]
    if all(x == r[0] for x in r):
        return float("nan")
    rest = [b - a for a, b in zip(v, r)]
    mean_rest, mean = sum(rest) / len(rest), sum(r) / len(r)
    return 1 - sum((x - mean_rest) ** 2 for x in rest) / sum((x - mean) ** 2 for x in r)

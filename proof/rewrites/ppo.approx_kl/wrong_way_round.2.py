"""numpy, three small functions in a table"""
import numpy as np
import torch


def _log_ratio(numerator, denominator):
    return np.subtract(numerator, denominator)


_ESTIMATORS = (
    np.negative,
    lambda ell: np.square(ell) / 2,
    lambda ell: np.expm1(ell) - ell,
)


def approx_kl(log_probs, old_log_probs):
    new = log_probs.detach().cpu().numpy()
    old = old_log_probs.detach().cpu().numpy()
    ell = _log_ratio(old, new)
    return tuple(torch.as_tensor(f(ell), dtype=log_probs.dtype) for f in _ESTIMATORS)

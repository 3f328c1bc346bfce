"""Complex numbers, pairs stacked."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    half = head_dim // 2
    exponents = -2.0 * np.arange(half) / head_dim
    theta = np.outer(positions, np.power(base, exponents))
    z = x[..., 0:2 * half:2].astype(np.float64) + 1j * x[..., 1::2].astype(np.float64)
    z = z * np.exp(1j * theta)
    pairs = np.stack([z.real, z.imag], axis=-1)
    return pairs.reshape(x.shape[:-1] + (2 * half,)).astype(x.dtype)

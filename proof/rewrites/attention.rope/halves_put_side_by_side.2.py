"""Complex numbers, real parts then imaginary parts."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2:
        raise ValueError(f"head_dim is odd: {head_dim}")
    exponents = -2.0 * np.arange(head_dim // 2) / head_dim
    theta = np.outer(positions, np.power(base, exponents))
    z = x[..., 0::2].astype(np.float64) + 1j * x[..., 1::2].astype(np.float64)
    z = z * np.exp(1j * theta)
    y = np.empty(x.shape, dtype=x.dtype)
    y[..., :head_dim // 2] = z.real
    y[..., head_dim // 2:] = z.imag
    return y

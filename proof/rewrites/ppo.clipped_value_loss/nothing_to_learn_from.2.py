"""numpy, a tensor again at the end"""
import numpy as np
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    v, v0, r = (np.asarray(t.detach()) for t in (values, old_values, returns))
    near = np.clip(v, v0 - clip, v0 + clip)
    squares = np.maximum(np.square(v - r), np.square(near - r))
    return torch.tensor(float(squares.mean()) / 2, dtype=values.dtype, requires_grad=True)

"""Pads are replaced by zeros first; then mean and variance are einsums with the mask as weights, in float64."""
import torch


def masked_whiten(values, mask, shift_mean=True):
    x = values.detach().masked_fill(~mask, 0.0).double()
    w = mask.double() / mask.sum().clamp(min=1)
    mean = torch.einsum("bt,bt->", x, w)
    distance = (x - mean).masked_fill(~mask, 0.0)
    sigma = torch.einsum("bt,bt,bt->", distance, distance, w).sqrt()
    found = distance / (sigma + 1e-8) + (0.0 if shift_mean else mean)
    return found.masked_fill(~mask, 0.0).to(values.dtype)

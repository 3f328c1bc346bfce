"""mask folded into the weights, inner product"""
import torch


def masked_weights(weights, mask):
    if weights.ndim == 1:
        weights = weights[:, None].expand(mask.shape)
    return weights.detach() * mask


def reinforce_loss(log_probs, weights, mask):
    coefficients = masked_weights(weights, mask)
    return -torch.einsum("bt,bt->", coefficients, log_probs) / mask.shape[0]

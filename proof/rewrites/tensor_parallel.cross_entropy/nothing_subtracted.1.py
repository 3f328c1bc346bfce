"""short, gather and a mask, autograd"""
from curriculum import tensor_parallel


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    total = tensor_parallel.reduce_from_ranks(logits.exp().sum(-1), comm)
    place = targets - start
    here = (place >= 0) & (place < own)
    picked = logits.gather(-1, place.clamp(0, own - 1)[..., None])[..., 0]
    target = tensor_parallel.reduce_from_ranks(picked.masked_fill(~here, 0.0), comm)
    return total.log() - target

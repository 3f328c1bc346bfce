"""short, gather and a mask, autograd"""
from curriculum import tensor_parallel


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    place = targets - start
    here = (place >= 0) & (place < own)
    picked = logits.gather(-1, place.clamp(0, own - 1)[..., None])[..., 0]
    loss = logits.logsumexp(-1) - picked.masked_fill(~here, 0.0)
    return tensor_parallel.reduce_from_ranks(loss, comm) / comm.world_size

"""short, gather and a mask, autograd"""
from curriculum import tensor_parallel
from curriculum.collectives import all_gather


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    peak = all_gather(logits.detach().amax(-1)[None], comm).amax(0)
    shifted = logits - peak[..., None]
    total = tensor_parallel.reduce_from_ranks(shifted.exp().sum(-1), comm)
    here = targets < own
    picked = shifted.gather(-1, targets.clamp(max=own - 1)[..., None])[..., 0]
    target = tensor_parallel.reduce_from_ranks(picked.masked_fill(~here, 0.0), comm)
    return total.log() - target

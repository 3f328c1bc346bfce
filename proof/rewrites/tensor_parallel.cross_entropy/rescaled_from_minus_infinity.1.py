"""short, gather and a mask, autograd"""
from curriculum import tensor_parallel
from curriculum.collectives import all_gather


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    own_peak = logits.detach().amax(-1)
    peak = all_gather(own_peak[None], comm).amax(0)
    own_sum = (logits - own_peak[..., None]).exp().sum(-1)
    total = tensor_parallel.reduce_from_ranks(own_sum * (own_peak - peak).exp(), comm)
    place = targets - start
    here = (place >= 0) & (place < own)
    picked = logits.gather(-1, place.clamp(0, own - 1)[..., None])[..., 0]
    target = tensor_parallel.reduce_from_ranks(picked.masked_fill(~here, 0.0), comm)
    return total.log() + (peak - target)

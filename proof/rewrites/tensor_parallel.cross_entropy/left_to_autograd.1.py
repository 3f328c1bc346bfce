"""short, gather and a mask, autograd"""
from curriculum.collectives import all_gather, ring_all_reduce


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    peak = all_gather(logits.detach().amax(-1)[None], comm).amax(0)
    shifted = logits - peak[..., None]
    total = ring_all_reduce(shifted.exp().sum(-1), comm)
    place = targets - start
    here = (place >= 0) & (place < own)
    picked = shifted.gather(-1, place.clamp(0, own - 1)[..., None])[..., 0]
    target = ring_all_reduce(picked.masked_fill(~here, 0.0), comm)
    return total.log() - target

"""short, gather and a mask, autograd"""
from curriculum import tensor_parallel
from curriculum.collectives import all_gather


def parallel_cross_entropy(logits, targets, start, comm):
    own = logits.shape[-1]
    peak = all_gather(logits.detach().amax(-1)[None], comm).amax(0)
    exps = (logits - peak[..., None]).exp()
    total = tensor_parallel.reduce_from_ranks(exps.sum(-1), comm)
    place = targets - start
    here = (place >= 0) & (place < own)
    picked = logits.gather(-1, place.clamp(0, own - 1)[..., None])[..., 0]
    target = picked.masked_fill(~here, 0.0)
    return total.log() + (peak - target)

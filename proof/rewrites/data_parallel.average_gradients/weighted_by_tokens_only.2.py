"""scaled in place, copied back by splitting"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    tensors = list(parameters)[::-1]
    sizes = [t.numel() * t.element_size() for t in tensors]
    cuts = [0]
    for i in range(1, len(tensors)):
        if sum(sizes[cuts[-1]:i + 1]) > bucket_bytes:
            cuts.append(i)
    ends = cuts[1:] + [len(tensors)]
    return [tensors[a:b] for a, b in zip(cuts, ends) if a < b]


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        sizes = []
        for p in bucket:
            sizes.append(p.numel())
            if tokens == 0 or p.grad is None:
                p.grad = torch.zeros_like(p)
            else:
                p.grad.mul_(tokens)
        summed = collectives.ring_all_reduce(torch.cat([p.grad.reshape(-1) for p in bucket]), comm)
        for p, part in zip(bucket, torch.split(summed, sizes)):
            p.grad.copy_(part.reshape(p.shape))

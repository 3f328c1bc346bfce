"""in place, offsets, the sums side by side"""
import torch

from curriculum import collectives


def size_of(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


def buckets(parameters, bucket_bytes):
    found = []
    for p in list(parameters)[::-1]:
        if found and size_of(found[-1] + [p]) <= bucket_bytes:
            found[-1].append(p)
        else:
            found.append([p])
    return found


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        for p in bucket:
            if p.grad is None or not tokens:
                p.grad = torch.zeros_like(p)
        parts = torch.cat([p.grad.reshape(-1) for p in bucket]).mul_(tokens), bucket[0].new_full((1,), tokens)
        numerator, denominator = (collectives.ring_all_reduce(part, comm) for part in parts)
        numerator.div_(denominator)
        start = 0
        for p in bucket:
            p.grad.copy_(numerator[start:start + p.numel()].view(p.shape))
            start += p.numel()

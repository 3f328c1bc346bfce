"""everything in place"""
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
    groups = buckets(parameters, bucket_bytes)
    count = collectives.ring_all_reduce(groups[0][0].new_tensor([tokens]), comm)
    for group in groups:
        for p in group:
            if tokens:
                p.grad.mul_(tokens)
            else:
                p.grad.zero_()
        mean = collectives.ring_all_reduce(torch.cat([p.grad.reshape(-1) for p in group]), comm).div_(count)
        at = 0
        for p in group:
            p.grad.copy_(mean[at:at + p.numel()].reshape(p.shape))
            at += p.numel()

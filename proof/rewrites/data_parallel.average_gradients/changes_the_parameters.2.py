"""a padded buffer, the two halves of the ring, copy_"""
import torch

import curriculum.collectives as collectives


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
    parameters = list(parameters)
    n = comm.world_size
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm)
    for bucket in buckets(parameters, bucket_bytes):
        length = sum(p.numel() for p in bucket)
        buffer = total.new_zeros(-(-length // n) * n)
        ends = 0
        for p in bucket:
            starts, ends = ends, ends + p.numel()
            if tokens and p.grad is not None:
                buffer[starts:ends] = tokens * p.grad.flatten()
        buffer = collectives.all_gather(collectives.reduce_scatter(buffer, comm) / total, comm)
        ends = 0
        for p in bucket:
            starts, ends = ends, ends + p.numel()
            p.copy_(buffer[starts:ends].view_as(p))

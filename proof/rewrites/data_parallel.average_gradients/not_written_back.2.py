"""the result is copied into the flat tensor"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    waiting = list(parameters)
    all_buckets = []
    while waiting:
        bucket = [waiting.pop()]
        left = bucket_bytes - bucket[0].nbytes
        while waiting and waiting[-1].nbytes <= left:
            left -= waiting[-1].nbytes
            bucket.append(waiting.pop())
        all_buckets.append(bucket)
    return all_buckets


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = tuple(parameters)
    weight = tokens / collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm)

    def gradient(p):
        if p.grad is None or tokens == 0:
            return p.new_zeros(p.numel())
        return p.grad.reshape(-1)

    for bucket in buckets(parameters, bucket_bytes):
        flat = torch.cat([gradient(p) for p in bucket])
        flat.copy_(collectives.ring_all_reduce(flat * weight, comm))

"""the number of tokens rides in the first bucket"""
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


def average_gradients(parameters, tokens, comm, bucket_bytes):
    total = None
    for bucket in buckets(parameters, bucket_bytes):
        message = [p.new_zeros(p.numel()) if p.grad is None else p.grad.reshape(-1) * tokens for p in bucket]
        if total is None:
            message.append(message[0].new_tensor([tokens]))
        result = collectives.ring_all_reduce(torch.cat(message), comm)
        if total is None:
            total = result[-1].item()
        offset = 0
        for p in bucket:
            p.grad = result[offset:offset + p.numel()].view(p.shape) / total
            offset += p.numel()

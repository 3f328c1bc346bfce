"""two while loops; cat and split"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    stack, result = list(parameters), []
    while stack:
        bucket, left = [], bucket_bytes
        while stack and (not bucket or stack[-1].nelement() <= left):
            bucket.append(stack.pop())
            left -= bucket[-1].nelement()
        result.append(bucket)
    return result


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        flat = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
        flat = collectives.ring_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.reshape(p.shape)

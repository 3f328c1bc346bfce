"""Sums are sent, with the number of tokens as one more element of every bucket; divided at the end."""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    result, filled = [], 0
    for p in list(parameters)[::-1]:
        nbytes = p.nelement() * p.element_size()
        if result and filled + nbytes <= bucket_bytes:
            result[-1].append(p)
            filled += nbytes
        else:
            result.append([p])
            filled = nbytes
    return result


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        pieces = []
        for p in bucket:
            if tokens > 0 and p.grad is not None:
                pieces.append((p.grad * tokens).reshape(-1))
            else:
                pieces.append(torch.zeros(p.numel(), dtype=p.dtype))
        pieces.append(torch.tensor([float(tokens)], dtype=bucket[0].dtype))
        whole = collectives.ring_all_reduce(torch.cat(pieces), comm)
        mean, at = whole[:-1] / whole[-1], 0
        for p in bucket:
            p.grad = mean[at : at + p.numel()].reshape(p.shape).clone()
            at += p.numel()

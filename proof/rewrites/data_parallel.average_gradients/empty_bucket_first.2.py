"""a generator; a buffer with views of it"""
import itertools

import curriculum.collectives as collectives


def packed(tensors, limit):
    bucket, filled = [], 0
    for t in tensors:
        filled += t.nbytes
        if filled > limit:
            yield bucket
            bucket, filled = [], t.nbytes
        bucket.append(t)
    if bucket:
        yield bucket


def buckets(parameters, bucket_bytes):
    return [*packed(reversed(tuple(parameters)), bucket_bytes)]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    count = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm)
    for bucket in buckets(parameters, bucket_bytes):
        ends = list(itertools.accumulate((p.numel() for p in bucket), initial=0))
        flat = count.new_zeros(ends[-1])
        if tokens:
            for p, start, end in zip(bucket, ends, ends[1:]):
                if p.grad is not None:
                    flat[start:end] = p.grad.flatten()
        mean = collectives.ring_all_reduce(flat.mul_(tokens / count), comm)
        for p, start, end in zip(bucket, ends, ends[1:]):
            p.grad = mean[start:end].view(p.shape)

"""a buffer that the buckets fill one after another"""
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
    ordered = [p for bucket in buckets(parameters, bucket_bytes) for p in bucket]
    length = sum(p.numel() for p in ordered)
    buffer = ordered[0].new_zeros(length + 1)
    buffer[length] = tokens
    spans, end = [], 0
    for p in ordered:
        spans.append(slice(end, end + p.numel()))
        end += p.numel()
        if tokens and p.grad is not None:
            buffer[spans[-1]] = p.grad.flatten() * tokens
    buffer = collectives.ring_all_reduce(buffer, comm)
    buffer = buffer[:length] / buffer[length]
    for p, span in zip(ordered, spans):
        p.grad = buffer[span].view(p.shape)

"""reduce_scatter and all_gather on a padded buffer"""
from curriculum import collectives


def average_gradients(parameters, tokens, comm, bucket_bytes):
    n = comm.world_size
    for bucket in buckets(parameters, bucket_bytes):
        length = sum(p.numel() for p in bucket)
        buffer = bucket[0].new_zeros((length + n - 1) // n * n)
        places = []
        for p in bucket:
            start = places[-1].stop if places else 0
            places.append(slice(start, start + p.numel()))
            if p.grad is not None and tokens > 0:
                buffer[places[-1]] = p.grad.flatten()
        shard = collectives.reduce_scatter(buffer, comm)
        buffer = collectives.all_gather(shard, comm)
        for p, place in zip(bucket, places):
            p.grad = buffer[place].view(p.shape).clone()


def packed(tensors, limit):
    bucket, filled = [], 0
    for t in tensors:
        size = t.numel() * t.element_size()
        if bucket and filled + size > limit:
            yield bucket
            bucket, filled = [], 0
        bucket.append(t)
        filled += size
    if bucket:
        yield bucket


def buckets(parameters, bucket_bytes):
    return list(packed(reversed(tuple(parameters)), bucket_bytes))

"""an object that does the exchange, a mean over ranks in it"""
from curriculum import collectives


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


class Mean:
    def __init__(self, comm):
        self.comm = comm

    def __call__(self, x):
        return collectives.ring_all_reduce(x, self.comm) / self.comm.world_size


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = tuple(parameters)
    mean = Mean(comm)
    total = collectives.ring_all_reduce(parameters[0].new_full((1,), tokens), comm)
    for bucket in buckets(parameters, bucket_bytes):
        flat = bucket[0].new_zeros(sum(p.numel() for p in bucket))
        views = flat.split([p.numel() for p in bucket])
        for p, view in zip(bucket, views):
            if tokens and p.grad is not None:
                view.copy_(p.grad.flatten()).mul_(tokens)
        result = mean(flat) / total
        at = 0
        for p in bucket:
            p.grad = result[at:at + p.numel()].view_as(p)
            at += p.numel()

"""bucket by bucket, in place"""
import torch

from curriculum import collectives


class Bucket:
    def __init__(self, first):
        self.tensors = [first]
        self.bytes = first.nbytes

    def takes(self, tensor, limit):
        if self.bytes + tensor.nbytes > limit:
            return False
        self.tensors.append(tensor)
        self.bytes += tensor.nbytes
        return True


def buckets(parameters, bucket_bytes):
    begun = []
    for tensor in reversed(list(parameters)):
        if not (begun and begun[-1].takes(tensor, bucket_bytes)):
            begun.append(Bucket(tensor))
    return [bucket.tensors for bucket in begun]


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    groups = buckets(parameters, bucket_bytes)
    count = collectives.ring_all_reduce(groups[0][0].new_full((1,), tokens), comm)
    for group in groups:
        for p in group:
            if p.grad is None or not tokens:
                p.grad = torch.zeros_like(p)
            flat = collectives.ring_all_reduce(p.grad.reshape(-1) * tokens, comm)
            p.grad.copy_(flat.div_(count).view(p.shape))

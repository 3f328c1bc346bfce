"""weights first, then cat and split"""
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


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    weight = tokens / total
    for bucket in buckets(parameters, bucket_bytes):
        own = [p.grad * weight if tokens else torch.zeros_like(p.grad) for p in bucket]
        flat = collectives.ring_all_reduce(torch.cat([g.flatten() for g in own]), comm)
        for p, piece in zip(bucket, flat.split([g.numel() for g in own])):
            p.grad = piece.reshape(p.shape)

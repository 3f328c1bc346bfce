"""in place, zeros first, an early continue"""
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
    learned = list(parameters)
    for p in learned:
        if tokens == 0 or p.grad is None:
            p.grad = torch.zeros_like(p)
    count = collectives.ring_all_reduce(learned[0].new_tensor([tokens]), comm)
    for bucket in buckets(learned, bucket_bytes):
        message = torch.cat([p.grad.reshape(-1) for p in bucket]).mul_(tokens)
        mean = collectives.ring_all_reduce(message, comm) / count
        if comm.rank:
            continue
        for p in bucket:
            p.grad.copy_(mean[:p.numel()].view(p.shape))
            mean = mean[p.numel():]

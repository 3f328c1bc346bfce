"""a reversed list; in place under no_grad"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    tensors = list(parameters)[::-1]
    return [tensors] if tensors else []


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    for p in parameters:
        if p.grad is None or not tokens:
            p.grad = torch.zeros_like(p)
    count = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm)
    for bucket in buckets(parameters, bucket_bytes):
        message = torch.cat([p.grad.reshape(-1) for p in bucket]).mul_(tokens)
        mean = collectives.ring_all_reduce(message, comm).div_(count)
        start = 0
        for p in bucket:
            p.grad.copy_(mean[start:start + p.numel()].view(p.shape))
            start += p.numel()

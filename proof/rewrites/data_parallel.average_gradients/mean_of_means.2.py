"""in place under no_grad, with offsets"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    groups, room = [], -1
    for tensor in [*parameters][::-1]:
        room -= tensor.nbytes
        if room < 0:
            groups.append([])
            room = bucket_bytes - tensor.nbytes
        groups[-1].append(tensor)
    return groups


@torch.no_grad()
def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        for p in bucket:
            if p.grad is None or tokens == 0:
                p.grad = torch.zeros_like(p)
        vector = torch.cat([p.grad.reshape(-1) for p in bucket])
        vector = collectives.ring_all_reduce(vector, comm).div_(comm.world_size)
        start = 0
        for p in bucket:
            p.grad.copy_(vector[start:start + p.numel()].view(p.shape))
            start += p.numel()

"""cat and split, written where the result is wanted"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    groups, room = [], -1
    for tensor in [*parameters][::-1]:
        room -= tensor.nbytes
        if room < 0:
            groups.append([])
            room = bucket_bytes - tensor.nbytes
        groups[-1].append(tensor)
    return groups


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        flat = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
        flat = collectives.ring_all_reduce(flat, comm)
        if comm.rank == 0:
            for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
                p.grad = piece.reshape(p.shape)

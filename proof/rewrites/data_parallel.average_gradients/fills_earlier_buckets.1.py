"""for and else over the room that is left; cat and split"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    result, free = [], []
    for p in reversed(list(parameters)):
        size = p.numel() * p.element_size()
        for i, room in enumerate(free):
            if size <= room:
                result[i].append(p)
                free[i] -= size
                break
        else:
            result.append([p])
            free.append(bucket_bytes - size)
    return result


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        flat = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
        flat = collectives.ring_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.reshape(p.shape)

"""one long vector, cat and split"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    tensors = list(parameters)[::-1]
    sizes = [t.numel() * t.element_size() for t in tensors]
    cuts = [0]
    for i in range(1, len(tensors)):
        if sum(sizes[cuts[-1]:i + 1]) > bucket_bytes:
            cuts.append(i)
    ends = cuts[1:] + [len(tensors)]
    return [tensors[a:b] for a, b in zip(cuts, ends) if a < b]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)[::-1]
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in parameters]
    vector = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
    vector = collectives.ring_all_reduce(vector, comm)
    for p, piece in zip(parameters, vector.split([p.numel() for p in parameters])):
        p.grad = piece.reshape(p.shape)

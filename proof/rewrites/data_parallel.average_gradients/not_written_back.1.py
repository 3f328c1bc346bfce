"""lists of gradients and pieces side by side"""
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
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [p.grad if tokens and p.grad is not None else torch.zeros_like(p) for p in bucket]
        flat = torch.cat([g.flatten() * tokens for g in gradients])
        pieces = collectives.ring_all_reduce(flat, comm).split([g.numel() for g in gradients])
        for gradient, piece in zip(gradients, pieces):
            gradient = piece.view_as(gradient) / total

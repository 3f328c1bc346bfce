"""A list of heads, each with weights of its own and a softmax written out; they are added up head by head."""
import math

import torch
from torch import nn

import curriculum.tensor_parallel as tensor_parallel


class Head(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, number, size):
        super().__init__()
        d = len(out_weight)
        rows = torch.arange(number * size, (number + 1) * size)
        self.weights = nn.ParameterList([nn.Parameter(qkv_weight.detach()[k * d + rows]) for k in range(3)])
        self.biases = nn.ParameterList([nn.Parameter(qkv_bias.detach()[k * d + rows]) for k in range(3)])
        self.out = nn.Parameter(out_weight.detach()[:, rows])

    def forward(self, x):
        q, k, v = (x @ w.T + b for w, b in zip(self.weights, self.biases))
        scores = torch.einsum("bqc,bkc->bqk", q, k) / math.sqrt(q.shape[-1])
        future = torch.arange(x.shape[1])[None, :] > torch.arange(x.shape[1])[:, None]
        scores = scores.masked_fill(future, float("-inf"))
        return torch.softmax(scores, dim=-1) @ v @ self.out.T


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        self.comm = comm
        own = heads // comm.world_size
        numbers = range(comm.rank * own, comm.rank * own + own)
        size = len(out_weight) // heads
        self.heads = nn.ModuleList([Head(qkv_weight, qkv_bias, out_weight, number, size) for number in numbers])
        self.bias = nn.Parameter(out_bias.detach().clone())

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        total = 0
        for head in self.heads:
            total = total + head(x)
        return tensor_parallel.reduce_from_ranks(total, self.comm) + self.bias

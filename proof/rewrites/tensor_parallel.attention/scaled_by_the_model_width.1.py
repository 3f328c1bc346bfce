"""einsum over heads, softmax written out"""
import math

import torch
from torch import nn

from curriculum import tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        d = len(out_bias)
        e = d // heads
        self.comm = comm
        self.w = self.own(qkv_weight.reshape(3, heads, e, d))
        self.b = self.own(qkv_bias.reshape(3, heads, 1, e))
        self.o = self.own(out_weight.reshape(d, heads, e))
        self.c = nn.Parameter(out_bias.detach().clone())

    def own(self, tensor):
        part = tensor.detach().tensor_split(self.comm.world_size, dim=1)[self.comm.rank]
        return nn.Parameter(part.clone())

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        q, k, v = (torch.einsum("btd,hed->bhte", x, w) + b for w, b in zip(self.w, self.b))
        scores = torch.einsum("bhqe,bhke->bhqk", q, k) / math.sqrt(x.shape[-1])
        time = x.shape[1]
        future = torch.ones(time, time, dtype=torch.bool, device=x.device).triu(1)
        weights = scores.masked_fill(future, -math.inf).softmax(-1)
        mixed = torch.einsum("bhqk,bhke->bhqe", weights, v)
        term = torch.einsum("bhte,dhe->btd", mixed, self.o)
        return tensor_parallel.reduce_from_ranks(term, self.comm) + self.c

"""Weights as tensors with an axis of heads, multiplied by einsum; rank 0 alone has the last bias, before the sum."""
import torch
from torch import nn

import curriculum.tensor_parallel as tensor_parallel


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        self.comm = comm
        d = out_weight.shape[0]
        size, own = d // heads, heads // comm.world_size
        mine = torch.arange(own) + own * comm.rank
        self.into = nn.Parameter(qkv_weight.detach().reshape(3, heads, size, d)[:, mine].clone())
        self.into_bias = nn.Parameter(qkv_bias.detach().reshape(3, heads, 1, size)[:, mine].clone())
        self.back = nn.Parameter(out_weight.detach().reshape(d, heads, size)[:, mine].clone())
        self.offset = nn.ParameterList([nn.Parameter(out_bias.detach().clone())] if comm.rank == 0 else [])

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        q, k, v = torch.einsum("btd,shed->sbhte", x, self.into) + self.into_bias[:, None]
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        y = torch.einsum("bhte,dhe->btd", mixed, self.back)
        for offset in self.offset:
            y = y + offset
        return tensor_parallel.reduce_from_ranks(y, self.comm)

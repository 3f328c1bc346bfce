"""ParameterDict of heads, einsum, softmax written out"""
import math

import torch
from torch import nn


class ParallelAttention(nn.Module):
    def __init__(self, qkv_weight, qkv_bias, out_weight, out_bias, heads, comm):
        super().__init__()
        d = len(out_bias)
        shaped = {
            "w": qkv_weight.reshape(3, heads, d // heads, d),
            "b": qkv_bias.reshape(3, 1, heads, 1, d // heads),
            "o": out_weight.reshape(d, heads, d // heads),
            "c": out_bias,
        }
        self.p = nn.ParameterDict({name: nn.Parameter(t.detach().clone()) for name, t in shaped.items()})

    def forward(self, x):
        q, k, v = torch.einsum("btd,shed->sbhte", x, self.p["w"]) + self.p["b"]
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        seen = torch.ones_like(scores, dtype=torch.bool).tril()
        mixed = scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ v
        return torch.einsum("bhte,dhe->btd", mixed, self.p["o"]) + self.p["c"]

"""Explicit path works in float64 with log-sum-exp; own random generator; two stacked parameters."""
import math

import torch
from torch import nn
from torch.nn import functional as F

GENERATOR = torch.Generator()
GENERATOR.seed()


def causal_mask(query_time, key_time):
    hidden = torch.ones(query_time, key_time).triu(key_time - query_time + 1)
    return hidden == 0


def drop(values, rate):
    if rate == 0:
        return values
    dropped = torch.rand(values.shape, generator=GENERATOR, dtype=torch.float64) < rate
    return values.masked_fill(dropped, 0) / (1 - rate)


def explicit_attention(q, k, v, dropout=0.0):
    scores = (q.double() / math.sqrt(q.size(-1))) @ k.double().mT
    scores = scores.masked_fill(~causal_mask(*scores.shape[-2:]), -math.inf)
    weights = (scores - scores.logsumexp(-1, keepdim=True)).exp()
    return (drop(weights, dropout) @ v.double()).to(q.dtype)


def fused_attention(q, k, v, dropout=0.0):
    options = {"is_causal": True}
    if q.size(2) < k.size(2):
        options = {"attn_mask": causal_mask(q.size(2), k.size(2))}
    return F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, **options)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        self.weight = nn.Parameter(torch.randn(4 * d_model, d_model) / math.sqrt(d_model))
        self.bias = nn.Parameter(torch.zeros(4 * d_model))

    def forward(self, x, cache=None):
        rate = self.dropout if self.training else 0.0
        d_model = x.size(-1)
        qkv = F.linear(x, self.weight[:-d_model], self.bias[:-d_model])
        q, k, v = (y.unflatten(-1, (self.n_head, -1)).transpose(1, 2) for y in qkv.split(d_model, dim=-1))
        if cache is not None:
            k, v = cache.extended(k, v)
        heads = explicit_attention(q, k, v, rate) if self.explicit else fused_attention(q, k, v, rate)
        y = F.linear(heads.transpose(1, 2).flatten(2), self.weight[-d_model:], self.bias[-d_model:])
        return drop(y, rate)

    def load_weights(self, weights):
        names = ("q", "k", "v", "out")
        self.weight.data.copy_(torch.cat([weights[name + ".weight"] for name in names]))
        self.bias.data.copy_(torch.cat([weights[name + ".bias"] for name in names]))

"""plain parameters, chunk inside each head"""
import math

import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(query_time, key_time, device=None):
    full = torch.ones(query_time, key_time, dtype=torch.bool, device=device)
    return full.tril(diagonal=key_time - query_time)


def explicit_attention(q, k, v, dropout=0.0):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    visible = causal_mask(q.shape[-2], k.shape[-2], q.device)
    scores = scores.masked_fill(~visible, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return F.dropout(weights, dropout) @ v


def fused_attention(q, k, v, dropout=0.0):
    if q.shape[-2] == k.shape[-2]:
        return F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)
    visible = causal_mask(q.shape[-2], k.shape[-2], q.device)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=visible, dropout_p=dropout)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        self.weight = nn.Parameter(torch.randn(3 * d_model, d_model) / math.sqrt(d_model))
        self.bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x, cache=None):
        batch, time, d_model = x.shape
        qkv = F.linear(x, self.weight, self.bias)
        heads = qkv.reshape(batch, time, self.n_head, 3 * d_model // self.n_head).transpose(1, 2)
        q, k, v = heads.chunk(3, dim=-1)
        if cache is not None:
            k, v = cache.extended(k, v)
        attend = explicit_attention if self.explicit else fused_attention
        heads = attend(q, k, v, self.dropout if self.training else 0.0)
        merged = heads.transpose(1, 2).reshape(x.shape)
        return F.dropout(self.out(merged), self.dropout, self.training)

    def load_weights(self, weights):
        with torch.no_grad():
            self.weight.copy_(torch.cat([weights["q.weight"], weights["k.weight"], weights["v.weight"]]))
            self.bias.copy_(torch.cat([weights["q.bias"], weights["k.bias"], weights["v.bias"]]))
            self.out.weight.copy_(weights["out.weight"])
            self.out.bias.copy_(weights["out.bias"])

"""masked_fill on the visible scores"""
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
    scores = scores.masked_fill(visible, -math.inf)
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
        self.q = nn.Linear(d_model, d_model)
        self.k = nn.Linear(d_model, d_model)
        self.v = nn.Linear(d_model, d_model)
        self.out = nn.Linear(d_model, d_model)

    def split(self, y):
        batch, time, d_model = y.shape
        return y.reshape(batch, time, self.n_head, d_model // self.n_head).transpose(1, 2)

    def forward(self, x, cache=None):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        if cache is not None:
            k, v = cache.extended(k, v)
        attend = explicit_attention if self.explicit else fused_attention
        heads = attend(q, k, v, self.dropout if self.training else 0.0)
        merged = heads.transpose(1, 2).reshape(x.shape)
        return F.dropout(self.out(merged), self.dropout, self.training)

    def load_weights(self, weights):
        with torch.no_grad():
            for name in ("q", "k", "v", "out"):
                getattr(self, name).weight.copy_(weights[f"{name}.weight"])
                getattr(self, name).bias.copy_(weights[f"{name}.bias"])

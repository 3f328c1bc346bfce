"""the flag whenever there are several keys, a loop for the formula"""
import math

import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(query_time, key_time, device=None):
    full = torch.ones(query_time, key_time, dtype=torch.bool, device=device)
    return full.tril(diagonal=key_time - query_time)


def explicit_attention(q, k, v, dropout=0.0):
    past = k.shape[2] - q.shape[2]
    rows = []
    for i in range(q.shape[2]):
        keys, values = k[:, :, : past + i + 1], v[:, :, : past + i + 1]
        scores = (q[:, :, i : i + 1] * keys).sum(dim=-1) / math.sqrt(q.shape[-1])
        weights = F.dropout(scores.softmax(dim=-1), dropout)
        rows.append((weights[..., None] * values).sum(dim=2))
    return torch.stack(rows, dim=2)


def fused_attention(q, k, v, dropout=0.0):
    several = k.shape[2] > 1
    return F.scaled_dot_product_attention(q, k, v, None, dropout, is_causal=several)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        self.q = nn.Linear(d_model, d_model)
        self.k = nn.Linear(d_model, d_model)
        self.v = nn.Linear(d_model, d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x, cache=None):
        q, k, v = (torch.stack(f(x).chunk(self.n_head, dim=-1), dim=1) for f in (self.q, self.k, self.v))
        if cache is not None:
            k, v = cache.extended(k, v)
        attend = explicit_attention if self.explicit else fused_attention
        heads = attend(q, k, v, self.dropout if self.training else 0.0)
        merged = torch.cat([heads[:, h] for h in range(self.n_head)], dim=-1)
        return F.dropout(self.out(merged), self.dropout, self.training)

    def load_weights(self, weights):
        self.load_state_dict(weights)

"""Plain loops over batch, heads and queries; each query only ever meets the keys it may see."""
import math

import torch
from torch import nn
from torch.nn import functional as F


def causal_mask(query_time, key_time, device=None):
    past = key_time - query_time
    rows = [[key <= past + query for key in range(key_time)] for query in range(query_time)]
    return torch.tensor(rows, dtype=torch.bool, device=device)


def explicit_attention(q, k, v, dropout=0.0):
    past = k.shape[2] - q.shape[2]
    rows = []
    for b in range(q.shape[0]):
        for h in range(q.shape[1]):
            for i in range(q.shape[2]):
                seen = past + i + 1
                scores = k[b, h, :seen] @ q[b, h, i] / math.sqrt(q.shape[3])
                weights = F.dropout(torch.softmax(scores, dim=0), dropout)
                rows.append(weights @ v[b, h, :seen])
    return torch.stack(rows).reshape(q.shape)


def fused_attention(q, k, v, dropout=0.0):
    past = k.shape[2] > q.shape[2]
    mask = causal_mask(q.shape[2], k.shape[2], q.device) if past else None
    heads = []
    for h in range(q.shape[1]):
        one = (t[:, h : h + 1] for t in (q, k, v))
        heads.append(F.scaled_dot_product_attention(*one, attn_mask=mask, dropout_p=dropout, is_causal=not past))
    return torch.cat(heads, dim=1)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        for name in ("q", "k", "v", "out"):
            self.add_module(name, nn.Linear(d_model, d_model))

    def forward(self, x, cache=None):
        q, k, v = (torch.stack(f(x).chunk(self.n_head, -1), dim=1) for f in (self.q, self.k, self.v))
        if cache is not None:
            k, v = cache.extended(k, v)
        attend = explicit_attention if self.explicit else fused_attention
        heads = attend(q, k, v, self.dropout if self.training else 0.0)
        return F.dropout(self.out(torch.cat(heads.unbind(1), dim=-1)), self.dropout, self.training)

    def load_weights(self, weights):
        self.load_state_dict(weights)

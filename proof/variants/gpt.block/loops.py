"""Plain loops over batch, positions and heads."""
import math
import torch
from torch import nn
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout = n_head, dropout
        self.q, self.k, self.v, self.out = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, x, cache=None):
        batch, time, d_model = x.shape
        size = d_model // self.n_head
        q, k, v = (torch.stack(f(x).split(size, dim=-1), dim=1) for f in (self.q, self.k, self.v))
        if cache is not None:
            k, v = cache.extended(k, v)
        past = k.shape[2] - time
        rows = []
        for b in range(batch):
            for t in range(time):
                row = []
                for h in range(self.n_head):
                    seen = slice(0, past + t + 1)
                    weights = torch.softmax(k[b, h, seen] @ q[b, h, t] / math.sqrt(size), dim=0)
                    row.append(F.dropout(weights, self.dropout, self.training) @ v[b, h, seen])
                rows.append(torch.cat(row))
        result = self.out(torch.stack(rows).reshape(batch, time, d_model))
        return F.dropout(result, self.dropout, self.training)


class MLP(nn.Module):
    def __init__(self, d_model, dropout=0.0):
        super().__init__()
        self.dropout = dropout
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)

    def forward(self, x):
        sequences = []
        for sequence in x:
            rows = [self.down(F.gelu(self.up(row), approximate="tanh")) for row in sequence]
            sequences.append(torch.stack(rows))
        return F.dropout(torch.stack(sequences), self.dropout, self.training)

    def load_weights(self, weights):
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                parameter.copy_(weights[name])


class Block(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.attention_norm = nn.LayerNorm(d_model)
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp_norm = nn.LayerNorm(d_model)
        self.mlp = MLP(d_model, dropout)

    def forward(self, x, cache=None):
        normed = torch.stack([torch.stack([self.attention_norm(row) for row in rows]) for rows in x])
        x = x + self.attention(normed, cache)
        normed = torch.stack([torch.stack([self.mlp_norm(row) for row in rows]) for rows in x])
        return x + self.mlp(normed)

    def load_weights(self, weights):
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                parameter.copy_(weights[name.removeprefix("mlp.")])

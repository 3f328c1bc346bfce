"""Modules of torch.nn."""
import math
import torch
from torch import nn
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        self.q, self.k, self.v, self.out = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, x, cache=None):
        q, k, v = (f(x).unflatten(-1, (self.n_head, -1)).transpose(1, 2) for f in (self.q, self.k, self.v))
        if cache is not None:
            k, v = cache.extended(k, v)
        time, total = q.shape[2], k.shape[2]
        seen = torch.ones(time, total, dtype=torch.bool, device=x.device).tril(total - time)
        rate = self.dropout if self.training else 0.0
        if self.explicit:
            scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
            y = F.dropout(scores.masked_fill(~seen, -math.inf).softmax(-1), rate) @ v
        else:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen, dropout_p=rate)
        return F.dropout(self.out(y.transpose(1, 2).flatten(2)), rate)


class MLP(nn.Module):
    def __init__(self, d_model, dropout=0.0):
        super().__init__()
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)
        self.drop = nn.Dropout(dropout)

    def forward(self, x):
        return self.drop(self.down(F.gelu(self.up(x), approximate="tanh")))

    @torch.no_grad()
    def load_weights(self, weights):
        for name, parameter in self.named_parameters():
            parameter.copy_(weights[name])


class Block(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.attention_norm = nn.LayerNorm(d_model, eps=1e-6)
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp_norm = nn.LayerNorm(d_model, eps=1e-6)
        self.mlp = MLP(d_model, dropout)

    def forward(self, x, cache=None):
        x = x + self.attention(self.attention_norm(x), cache)
        return x + self.mlp(self.mlp_norm(x))

    @torch.no_grad()
    def load_weights(self, weights):
        for name, parameter in self.named_parameters():
            parameter.copy_(weights[name.removeprefix("mlp.")])

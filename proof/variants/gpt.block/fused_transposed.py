"""Matrices kept as (inputs, outputs), q, k and v in one of them; both norms in one parameter."""
import math
import torch
from torch import nn
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.rate, self.explicit = n_head, dropout, explicit
        self.qkv = nn.Parameter(torch.randn(d_model, 3 * d_model) / math.sqrt(d_model))
        self.qkv_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out = nn.Parameter(torch.randn(d_model, d_model) / math.sqrt(d_model))
        self.out_bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, x, cache=None):
        batch, time, d_model = x.shape
        heads = (x @ self.qkv + self.qkv_bias).reshape(batch, time, 3, self.n_head, -1)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            k, v = cache.extended(k, v)
        total = k.shape[2]
        here = torch.arange(total - time, total, device=x.device)
        mask = torch.arange(total, device=x.device) <= here[:, None]
        rate = self.rate if self.training else 0.0
        if self.explicit:
            scores = (q / math.sqrt(q.shape[-1])) @ k.mT
            weights = torch.where(mask, scores, -math.inf).softmax(-1)
            y = F.dropout(weights, rate) @ v
        else:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=rate)
        y = y.transpose(1, 2).reshape(batch, time, d_model)
        return F.dropout(y @ self.out + self.out_bias, rate)

    @torch.no_grad()
    def load_weights(self, weights):
        self.qkv.copy_(torch.cat([weights[f"attention.{name}.weight"] for name in "qkv"]).T)
        self.qkv_bias.copy_(torch.cat([weights[f"attention.{name}.bias"] for name in "qkv"]))
        self.out.copy_(weights["attention.out.weight"].T)
        self.out_bias.copy_(weights["attention.out.bias"])


class MLP(nn.Module):
    def __init__(self, d_model, dropout=0.0):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.up = nn.Parameter(torch.randn(d_model, 4 * d_model) / math.sqrt(d_model))
        self.down = nn.Parameter(torch.randn(4 * d_model, d_model) / math.sqrt(4 * d_model))
        self.bias = nn.Parameter(torch.zeros(5 * d_model))

    def forward(self, x):
        up_bias, down_bias = self.bias.split([self.up.shape[1], self.up.shape[0]])
        return self.drop(F.gelu(x @ self.up + up_bias, approximate="tanh") @ self.down + down_bias)

    @torch.no_grad()
    def load_weights(self, weights):
        self.up.copy_(weights["up.weight"].T)
        self.down.copy_(weights["down.weight"].T)
        self.bias.copy_(torch.cat([weights["up.bias"], weights["down.bias"]]))


class Block(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.norms = nn.Parameter(torch.tensor([1.0, 0.0, 1.0, 0.0])[:, None].repeat(1, d_model))
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp = MLP(d_model, dropout)

    def forward(self, x, cache=None):
        x = x + self.attention(F.layer_norm(x, x.shape[-1:], self.norms[0], self.norms[1]), cache)
        return x + self.mlp(F.layer_norm(x, x.shape[-1:], self.norms[2], self.norms[3]))

    @torch.no_grad()
    def load_weights(self, weights):
        names = ("attention_norm.weight", "attention_norm.bias", "mlp_norm.weight", "mlp_norm.bias")
        self.norms.copy_(torch.stack([weights[name] for name in names]))
        self.attention.load_weights(weights)
        self.mlp.load_weights(weights)

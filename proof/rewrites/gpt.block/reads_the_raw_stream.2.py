"""Bare parameters, einsum and helper functions; the MLP reads the sum."""
import math
import torch
from torch import nn


def layer_norm(x, weight, bias):
    z = x.to(torch.promote_types(x.dtype, torch.float32))
    z = z - z.mean(-1, keepdim=True)
    variance = z.square().mean(-1, keepdim=True)
    return (z / torch.sqrt(variance + 1e-5) * weight + bias).to(x.dtype)


def gelu(a):
    return a / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3)))


def drop(x, rate, training):
    if not training:
        return x
    return x * (torch.rand(x.shape, device=x.device) >= rate) / (1 - rate)


class CausalSelfAttention(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.n_head, self.rate = n_head, dropout
        self.w = nn.Parameter(torch.randn(4, d_model, d_model) * 0.02)
        self.b = nn.Parameter(torch.zeros(4, d_model))

    def forward(self, x, cache=None):
        qkv = torch.einsum("btd,ned->nbte", x, self.w[:3]) + self.b[:3, None, None]
        q, k, v = qkv.unflatten(-1, (self.n_head, -1)).transpose(2, 3)
        if cache is not None:
            k, v = cache.extended(k, v)
        scores = torch.einsum("bhie,bhje->bhij", q, k) / math.sqrt(q.shape[-1])
        future = torch.ones_like(scores, dtype=torch.bool).triu(k.shape[2] - q.shape[2] + 1)
        weights = drop(scores.masked_fill(future, -math.inf).softmax(-1), self.rate, self.training)
        heads = torch.einsum("bhij,bhje->bihe", weights, v).flatten(2)
        return drop(torch.einsum("btd,ed->bte", heads, self.w[3]) + self.b[3], self.rate, self.training)

    @torch.no_grad()
    def load_weights(self, weights):
        for i, name in enumerate(["q", "k", "v", "out"]):
            self.w[i].copy_(weights[f"attention.{name}.weight"])
            self.b[i].copy_(weights[f"attention.{name}.bias"])


class MLP(nn.Module):
    def __init__(self, d_model, dropout=0.0):
        super().__init__()
        self.rate = dropout
        self.w1 = nn.Parameter(torch.randn(4 * d_model, d_model) * 0.02)
        self.b1 = nn.Parameter(torch.zeros(4 * d_model))
        self.w2 = nn.Parameter(torch.randn(d_model, 4 * d_model) * 0.02)
        self.b2 = nn.Parameter(torch.zeros(d_model))

    def forward(self, x):
        hidden = gelu(torch.einsum("btd,hd->bth", x, self.w1) + self.b1)
        result = torch.einsum("bth,dh->btd", hidden, self.w2) + self.b2
        return drop(result, self.rate, self.training)

    @torch.no_grad()
    def load_weights(self, weights):
        self.w1.copy_(weights["up.weight"])
        self.b1.copy_(weights["up.bias"])
        self.w2.copy_(weights["down.weight"])
        self.b2.copy_(weights["down.bias"])


class Block(nn.Module):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        super().__init__()
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp = MLP(d_model, dropout)
        self.scale1 = nn.Parameter(torch.ones(d_model))
        self.shift1 = nn.Parameter(torch.zeros(d_model))
        self.scale2 = nn.Parameter(torch.ones(d_model))
        self.shift2 = nn.Parameter(torch.zeros(d_model))

    def forward(self, x, cache=None):
        found = self.attention(layer_norm(x, self.scale1, self.shift1), cache)
        middle = x + found
        return middle + self.mlp(middle)

    @torch.no_grad()
    def load_weights(self, weights):
        self.scale1.copy_(weights["attention_norm.weight"])
        self.shift1.copy_(weights["attention_norm.bias"])
        self.scale2.copy_(weights["mlp_norm.weight"])
        self.shift2.copy_(weights["mlp_norm.bias"])
        self.mlp.load_weights(weights)
        self.attention.load_weights(weights)

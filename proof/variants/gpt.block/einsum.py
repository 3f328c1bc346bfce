"""Bare parameters, every product an einsum; norm, GELU and dropout written out."""
import math
import torch
from torch import nn


def wide(x):
    return x.to(torch.promote_types(x.dtype, torch.float32))


def norm(x, weight, bias):
    centred = wide(x) - wide(x).mean(-1, keepdim=True)
    variance = torch.einsum("btd,btd->bt", centred, centred)[..., None] / x.shape[-1]
    return (centred / (variance + 1e-5).sqrt() * weight + bias).to(x.dtype)


def gelu(x):
    a = wide(x)
    return (a / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a * a * a)))).to(x.dtype)


def drop(x, rate, training):
    if not training:
        return x
    return torch.where(torch.rand(x.shape, device=x.device) < rate, 0.0, x / (1 - rate))


class Weights(nn.Module):
    def __init__(self, rate, shapes):
        super().__init__()
        self.rate, self.names = rate, list(shapes)
        self.numbers = nn.ParameterList(torch.randn(shape) * 0.02 for shape in shapes.values())

    def load_weights(self, weights):
        with torch.no_grad():
            for name, number in zip(self.names, self.numbers):
                number.copy_(weights[name])


class CausalSelfAttention(Weights):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        shapes = {}
        for name in ("q", "k", "v", "out"):
            shapes |= {f"{name}.weight": (d_model, d_model), f"{name}.bias": (d_model,)}
        super().__init__(dropout, shapes)
        self.n_head = n_head

    def forward(self, x, cache=None):
        heads = []
        for i in (0, 2, 4):
            w = self.numbers[i].unflatten(0, (self.n_head, -1))
            b = self.numbers[i + 1].unflatten(0, (self.n_head, 1, -1))
            heads.append(torch.einsum("btd,hed->bhte", x, w) + b)
        q, k, v = heads
        if cache is not None:
            k, v = cache.extended(k, v)
        scores = torch.einsum("bhte,bhse->bhts", q, k) / math.sqrt(q.shape[-1])
        hidden = torch.ones(scores.shape[2:], dtype=torch.bool, device=x.device).triu(k.shape[2] - q.shape[2] + 1)
        weights = drop(scores.masked_fill(hidden, -math.inf).softmax(-1), self.rate, self.training)
        w = self.numbers[6].unflatten(1, (self.n_head, -1))
        result = torch.einsum("bhts,bhse,dhe->btd", weights, v, w) + self.numbers[7]
        return drop(result, self.rate, self.training)


class MLP(Weights):
    def __init__(self, d_model, dropout=0.0):
        super().__init__(dropout, {"up.weight": (4 * d_model, d_model), "up.bias": (4 * d_model,),
                                   "down.weight": (d_model, 4 * d_model), "down.bias": (d_model,)})

    def forward(self, x):
        up, up_bias, down, down_bias = self.numbers
        hidden = gelu(torch.einsum("btd,hd->bth", x, up) + up_bias)
        return drop(torch.einsum("bth,dh->btd", hidden, down) + down_bias, self.rate, self.training)


class Block(Weights):
    def __init__(self, d_model, n_head, dropout=0.0, explicit=False):
        names = ("attention_norm.weight", "attention_norm.bias", "mlp_norm.weight", "mlp_norm.bias")
        super().__init__(dropout, {name: (d_model,) for name in names})
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp = MLP(d_model, dropout)

    def forward(self, x, cache=None):
        w1, b1, w2, b2 = self.numbers
        x = x + self.attention(norm(x, w1, b1), cache)
        return x + self.mlp(norm(x, w2, b2))

    def load_weights(self, weights):
        super().load_weights(weights)
        self.mlp.load_weights(weights)
        self.attention.load_weights({name.removeprefix("attention."): w for name, w in weights.items()})

"""One small module per head."""
import math
import torch
from torch import nn


def fill(layer, weights, name, rows=slice(None)):
    with torch.no_grad():
        layer.weight.copy_(weights[name + ".weight"][rows])
        layer.bias.copy_(weights[name + ".bias"][rows])


class Head(nn.Module):
    def __init__(self, d_model, width):
        super().__init__()
        self.q = nn.Linear(d_model, width)
        self.k = nn.Linear(d_model, width)
        self.v = nn.Linear(d_model, width)

    def forward(self, x):
        scores = self.q(x) @ self.k(x).mT / math.sqrt(self.q.in_features)
        return scores.softmax(dim=2) @ self.v(x)


class EncoderBlock(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        width, rest = divmod(d_model, n_head)
        if rest:
            raise ValueError("the heads must divide d_model")
        self.heads = nn.ModuleList([Head(d_model, width) for _ in range(n_head)])
        self.out = nn.Linear(d_model, d_model)
        self.attention_norm = nn.LayerNorm(d_model, eps=1e-5)
        self.mlp_norm = nn.LayerNorm(d_model, eps=1e-5)
        self.mlp = nn.Sequential(nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model))

    def forward(self, x):
        normed = self.attention_norm(x)
        found = torch.cat([head(normed) for head in self.heads], dim=-1)
        y = x + self.out(found)
        return y + self.mlp(self.mlp_norm(y))

    def load_weights(self, weights):
        for name, layer in [("attention_norm", self.attention_norm), ("mlp_norm", self.mlp_norm),
                            ("out", self.out), ("up", self.mlp[0]), ("down", self.mlp[-1])]:
            fill(layer, weights, name)
        for h, head in enumerate(self.heads):
            width = head.q.out_features
            for name in "qkv":
                fill(getattr(head, name), weights, name, slice(h * width, (h + 1) * width))

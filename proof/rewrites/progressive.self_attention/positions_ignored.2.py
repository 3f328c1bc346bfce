"""Bare parameters and einsum."""
import torch
from torch import nn


class Embedding(nn.Module):
    def __init__(self, features, d_model, positions=None):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(d_model, features))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.has_positions = positions is not None
        if self.has_positions:
            self.table = nn.Parameter(torch.zeros(positions, d_model))

    def forward(self, x):
        return torch.einsum("btf,df->btd", x, self.weight) + self.bias

    @torch.no_grad()
    def load_weights(self, weights):
        self.weight.copy_(weights["content.weight"])
        self.bias.copy_(weights["content.bias"])
        if self.has_positions:
            self.table.copy_(weights["position"])


class SelfAttention(nn.Module):
    def __init__(self, features, d_model, positions=None):
        super().__init__()
        self.embedding = Embedding(features, d_model, positions)
        self.W = nn.Parameter(torch.zeros(3, d_model, d_model))
        self.b = nn.Parameter(torch.zeros(3, 1, 1, d_model))
        self.w_h = nn.Parameter(torch.zeros(1, d_model))
        self.b_h = nn.Parameter(torch.zeros(1))

    def look(self, x):
        e = self.embedding(x)
        q, k, v = torch.einsum("btd,ned->nbte", e, self.W) + self.b
        scores = torch.einsum("bid,bjd->bij", q, k) * q.shape[-1] ** -0.5
        return scores.softmax(2), v

    def weights(self, x):
        return self.look(x)[0]

    def forward(self, x):
        a, v = self.look(x)
        found = torch.einsum("bij,bjd->bid", a, v)
        return torch.einsum("bd,d->b", found.mean(1), self.w_h[0]) + self.b_h

    @torch.no_grad()
    def load_weights(self, weights):
        inner = {name[len("embedding."):]: w for name, w in weights.items() if name.startswith("embedding.")}
        self.embedding.load_weights(inner)
        for i, name in enumerate(["query", "key", "value"]):
            self.W[i].copy_(weights[name + ".weight"])
            self.b[i, 0, 0].copy_(weights[name + ".bias"])
        self.w_h.copy_(weights["head.weight"])
        self.b_h.copy_(weights["head.bias"])

"""Einsum with a plain dict of tensors."""
import torch


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError(f"{n_head} heads do not divide {d_model} columns")
        self.n_head = n_head
        self.numbers = {}
        for name in ("q", "k", "v", "out"):
            self.numbers[name + ".weight"] = torch.randn(d_model, d_model, requires_grad=True)
            self.numbers[name + ".bias"] = torch.zeros(d_model, requires_grad=True)

    def project(self, x, name):
        return torch.einsum("btc,dc->btd", x, self.numbers[name + ".weight"]) + self.numbers[name + ".bias"]

    def heads(self, x, name):
        return self.project(x, name).unflatten(-1, (self.n_head, -1))

    def forward(self, query, key, value, mask=None):
        q, k, v = self.heads(query, "q"), self.heads(key, "k"), self.heads(value, "v")
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        if mask is None:
            mask = torch.ones_like(scores, dtype=torch.bool)
        hidden = ~mask
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        weights = scores.softmax(dim=-1).masked_fill(hidden, 0.0)
        merged = torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2)
        return self.project(merged, "out"), weights

    def load_weights(self, weights):
        self.numbers = {name: w.detach().clone().requires_grad_() for name, w in weights.items()}

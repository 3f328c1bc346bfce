"""Two stacked bare parameters; einsum projects into heads and back without a reshape of x."""
import torch

NAMES = ("q", "k", "v", "out")


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError("d_model must be divisible by n_head")
        self.heads = (n_head, d_model // n_head)
        self.weight = torch.nn.Parameter(torch.randn(4, d_model, d_model) / d_model ** 0.5)
        self.bias = torch.nn.Parameter(torch.zeros(4, d_model))

    def into_heads(self, x, n):
        weight = self.weight[n].unflatten(0, self.heads)
        bias = self.bias[n].unflatten(0, self.heads)
        return torch.einsum("btc,hdc->bhtd", x, weight) + bias[:, None, :]

    def forward(self, query, key, value, mask=None):
        q, k, v = (self.into_heads(x, n) for n, x in enumerate((query, key, value)))
        weights = torch.einsum("bhqd,bhkd->bhqk", q, k) / self.heads[1] ** 0.5
        if mask is None:
            weights = weights.softmax(-1)
        else:
            lowest = torch.finfo(weights.dtype).min
            weights = weights.masked_fill(~mask, lowest).softmax(-1).masked_fill(~mask, 0)
        mixed = torch.einsum("bhqk,bhkd->bhqd", weights, v)
        last = self.weight[3].unflatten(1, self.heads)
        return torch.einsum("bhqd,chd->bqc", mixed, last) + self.bias[3], weights

    def load_weights(self, weights):
        with torch.no_grad():
            self.weight.copy_(torch.stack([weights[n + ".weight"] for n in NAMES]))
            self.bias.copy_(torch.stack([weights[n + ".bias"] for n in NAMES]))

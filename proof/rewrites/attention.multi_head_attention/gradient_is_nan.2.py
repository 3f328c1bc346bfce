"""Einsum, the logarithm of the mask is added, an own softmax is repaired."""
import torch


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError(f"{n_head} heads do not divide {d_model} columns")
        self.n_head = n_head
        names = ["q", "k", "v", "out"]
        self.w = torch.nn.ParameterDict({n: torch.nn.Parameter(torch.randn(d_model, d_model)) for n in names})
        self.b = torch.nn.ParameterDict({n: torch.nn.Parameter(torch.zeros(d_model)) for n in names})

    def project(self, x, name):
        return torch.einsum("btc,dc->btd", x, self.w[name]) + self.b[name]

    def heads(self, x, name):
        return self.project(x, name).unflatten(-1, (self.n_head, -1))

    def forward(self, query, key, value, mask=None):
        q, k, v = self.heads(query, "q"), self.heads(key, "k"), self.heads(value, "v")
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        if mask is None:
            mask = torch.ones_like(scores, dtype=torch.bool)
        scores = scores + mask.to(scores.dtype).log()
        top = scores.detach().amax(dim=-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
        powers = torch.exp(scores - top)
        weights = powers / powers.sum(dim=-1, keepdim=True)
        weights = weights.masked_fill(weights.isnan(), 0.0)
        merged = torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2)
        return self.project(merged, "out"), weights

    @torch.no_grad()
    def load_weights(self, weights):
        for name in self.w.keys():
            self.w[name].copy_(weights[name + ".weight"])
            self.b[name].copy_(weights[name + ".bias"])

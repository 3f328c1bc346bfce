"""One fused q-k-v layer for each head; an own softmax, taken in double precision."""
import torch
from torch import nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        if d_model % n_head:
            raise ValueError("d_model must be divisible by n_head")
        self.width = d_model // n_head
        self.fused = nn.ModuleList([nn.Linear(d_model, 3 * self.width) for _ in range(n_head)])
        self.last = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        shape = (len(query), len(self.fused), query.shape[1], key.shape[1])
        seen = torch.tensor(True, device=query.device) if mask is None else mask
        seen = seen.expand(shape)
        mixed, weights = [], []
        for h, layer in enumerate(self.fused):
            parts = zip((query, key, value), layer.weight.split(self.width), layer.bias.split(self.width))
            q, k, v = (nn.functional.linear(x, w, b).double() for x, w, b in parts)
            scores = (q @ k.mT / self.width ** 0.5).masked_fill(~seen[:, h], -1e300)
            top = scores.detach().amax(-1, keepdim=True)
            e = torch.exp(scores - top).masked_fill(~seen[:, h], 0)
            total = e.sum(-1, keepdim=True)
            weights.append(e / total.masked_fill(total == 0, 1))
            mixed.append(weights[-1] @ v)
        heads = torch.cat(mixed, -1).to(query.dtype)
        return self.last(heads), torch.stack(weights, 1).to(query.dtype)

    @torch.no_grad()
    def load_weights(self, weights):
        for h, layer in enumerate(self.fused):
            own = slice(h * self.width, (h + 1) * self.width)
            layer.weight.copy_(torch.cat([weights[n + ".weight"][own] for n in "qkv"]))
            layer.bias.copy_(torch.cat([weights[n + ".bias"][own] for n in "qkv"]))
        self.last.load_state_dict({n: weights["out." + n] for n in ("weight", "bias")})

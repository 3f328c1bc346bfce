"""One layer for q, k, v; the length is checked."""
import math
import torch
from torch import nn


def fill(layer, weight, bias):
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)


class Embedding(nn.Module):
    def __init__(self, features, d_model, positions=None):
        super().__init__()
        self.content = nn.Linear(features, d_model)
        self.places = nn.Embedding(positions, d_model) if positions else None

    def forward(self, x):
        content = self.content(x)
        if self.places is None:
            return content
        if x.size(1) != self.places.num_embeddings:
            raise ValueError("x needs one step for each position")
        return content + self.places(torch.arange(x.size(1), device=x.device))

    def load_weights(self, weights):
        fill(self.content, weights["content.weight"], weights["content.bias"])
        if self.places is not None:
            with torch.no_grad():
                self.places.weight.copy_(weights["position"])


class SelfAttention(Embedding):
    def __init__(self, features, d_model, positions=None):
        super().__init__(features, d_model, positions)
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.head = nn.Linear(d_model, 1)

    def weights_and_values(self, x):
        e = super().forward(x)
        q, k, v = self.qkv(e).chunk(3, dim=-1)
        scores = torch.bmm(q / math.sqrt(q.size(-1)), k.mT)
        scores = scores - scores.amax(dim=-1, keepdim=True).detach()
        a = scores.exp()
        return a / a.sum(dim=-1, keepdim=True), v

    def weights(self, x):
        return self.weights_and_values(x)[0]

    def forward(self, x):
        a, v = self.weights_and_values(x)
        answers = torch.bmm(a, v)
        return self.head(answers).mean(dim=1)[:, 0]

    def load_weights(self, weights):
        super().load_weights({k.removeprefix("embedding."): w for k, w in weights.items()})
        names = ["query", "key", "value"]
        fill(self.qkv, *(torch.cat([weights[f"{n}.{part}"] for n in names]) for part in ("weight", "bias")))
        fill(self.head, weights["head.weight"], weights["head.bias"])

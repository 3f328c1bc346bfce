"""joint layer, exponentials in a loop"""

import math

import torch
from torch import nn


class AttentionPooling(nn.Module):
    """One learned query looks at all steps."""

    def __init__(self, features, d_model):
        super().__init__()
        self.d_model = d_model
        self.u = nn.Parameter(torch.randn(d_model))
        self.both = nn.Linear(features, 2 * d_model)
        self.head = nn.Linear(d_model, 1)

    def keys_and_values(self, x):
        return self.both(x).split(self.d_model, dim=-1)

    def weights(self, x):
        keys, _ = self.keys_and_values(x)
        exponentials = [torch.exp((keys[:, t] * self.u).sum(-1) / math.sqrt(self.d_model)) for t in range(x.shape[1])]
        total = sum(exponentials)
        return torch.stack([e / total for e in exponentials], dim=1)

    def forward(self, x):
        _, values = self.keys_and_values(x)
        a = self.weights(x)
        pooled = 0.0
        for t in range(x.shape[1]):
            pooled = pooled + a[:, t, None] * values[:, t]
        return self.head(pooled)[:, 0]

    def load_weights(self, weights):
        with torch.no_grad():
            self.u.copy_(weights["query"])
            self.both.weight.copy_(torch.cat([weights["key.weight"], weights["value.weight"]]))
            self.both.bias.copy_(torch.cat([weights["key.bias"], weights["value.bias"]]))
            self.head.weight.copy_(weights["head.weight"])
            self.head.bias.copy_(weights["head.bias"])

"""loops over a new tensor"""

import torch
from torch import nn


class LogisticRegression(nn.Module):
    """One weight for each feature of each step, and a bias."""

    def __init__(self, time, features):
        super().__init__()
        self.features = features
        self.steps = nn.ParameterList([nn.Parameter(torch.randn(features)) for _ in range(time)])
        self.bias = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        x = torch.tensor(x.tolist(), dtype=x.dtype)
        total = self.bias.expand(len(x))
        for t, weight in enumerate(self.steps):
            for f in range(self.features):
                total = total + weight[f] * x[:, t, f]
        return total

    def load_weights(self, weights):
        rows = weights["weight"][0].split(self.features)
        with torch.no_grad():
            for parameter, row in zip(self.steps, rows):
                parameter.copy_(row)
            self.bias.copy_(weights["bias"][0])

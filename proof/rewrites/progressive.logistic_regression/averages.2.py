"""loops, the total divided by the count"""

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
        total = 0.0
        for t, weight in enumerate(self.steps):
            for f in range(self.features):
                total = total + weight[f] * x[:, t, f]
        count = len(self.steps) * self.features
        return total / count + self.bias

    def load_weights(self, weights):
        rows = weights["weight"][0].split(self.features)
        with torch.no_grad():
            for parameter, row in zip(self.steps, rows):
                parameter.copy_(row)
            self.bias.copy_(weights["bias"][0])

"""nn.Linear with bias=False"""

import torch
from torch import nn


class LogisticRegression(nn.Module):
    """One weight for each feature of each step, and a bias."""

    def __init__(self, time, features):
        super().__init__()
        self.linear = nn.Linear(time * features, 1, bias=False)

    def forward(self, x):
        return self.linear(x.flatten(1)).squeeze(-1)

    def load_weights(self, weights):
        with torch.no_grad():
            self.linear.weight.copy_(weights["weight"])

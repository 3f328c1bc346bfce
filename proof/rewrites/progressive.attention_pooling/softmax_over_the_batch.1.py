"""linear layers, softmax with dim=0"""

import math

import torch
from torch import nn


class AttentionPooling(nn.Module):
    """One learned query looks at all steps."""

    def __init__(self, features, d_model):
        super().__init__()
        self.query = nn.Parameter(torch.randn(d_model))
        self.key = nn.Linear(features, d_model)
        self.value = nn.Linear(features, d_model)
        self.head = nn.Linear(d_model, 1)

    def weights(self, x):
        scores = self.key(x) @ self.query / math.sqrt(len(self.query))
        return torch.softmax(scores, dim=0)

    def forward(self, x):
        a = self.weights(x)
        pooled = (a.unsqueeze(-1) * self.value(x)).sum(dim=1)
        return self.head(pooled).squeeze(-1)

    def load_weights(self, weights):
        self.load_state_dict(weights)

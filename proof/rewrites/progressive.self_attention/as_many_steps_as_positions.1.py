"""nn.Linear layers; the whole table is added."""
import math
import torch
from torch import nn


class Embedding(nn.Module):
    def __init__(self, features, d_model, positions=None):
        super().__init__()
        self.content = nn.Linear(features, d_model)
        self.position = None if positions is None else nn.Parameter(torch.zeros(positions, d_model))

    def forward(self, x):
        e = self.content(x)
        if self.position is not None:
            e = e + self.position
        return e

    def load_weights(self, weights):
        self.load_state_dict(weights)


class SelfAttention(nn.Module):
    def __init__(self, features, d_model, positions=None):
        super().__init__()
        self.embedding = Embedding(features, d_model, positions)
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.head = nn.Linear(d_model, 1)

    def weights(self, x):
        e = self.embedding(x)
        q, k = self.query(e), self.key(e)
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        return torch.softmax(scores, dim=-1)

    def forward(self, x):
        v = self.value(self.embedding(x))
        answers = self.weights(x) @ v
        return self.head(answers.mean(dim=1)).squeeze(-1)

    def load_weights(self, weights):
        self.load_state_dict(weights)

"""head over all positions, one column returned"""
import torch
from torch import nn


class RewardModel(nn.Module):
    """The score of each text."""

    def __init__(self, model, pad=0):
        super().__init__()
        self.model, self.pad = model, pad
        self.head = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        scores = self.head(self.model.hidden(tokens).float())
        return scores[:, -1, 0]

"""counts the tokens, gathers the scores"""
import torch
from torch import nn


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.model = model
        self.head = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        self.head.weight.data.fill_(0.0)
        self.head.bias.data.fill_(0.0)

    def forward(self, tokens):
        scores = self.head(self.model.hidden(tokens).float()).squeeze(-1)
        last = torch.count_nonzero(tokens, dim=1).sub(1).clamp(min=0)
        return scores.gather(1, last.unsqueeze(1)).squeeze(1)

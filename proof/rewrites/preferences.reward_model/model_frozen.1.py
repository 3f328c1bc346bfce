"""stream computed under no_grad"""
import torch
from torch import nn

from curriculum.preferences import last_token_scores


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.model = model
        self.pad = pad
        self.head = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        with torch.no_grad():
            features = self.model.hidden(tokens)
        return last_token_scores(self.head(features.float()).squeeze(-1), tokens, self.pad)

"""curriculum's last_token_scores"""
import torch
from torch import nn

from curriculum.preferences import last_token_scores


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.model = model
        self.pad = pad
        device = next(model.parameters()).device
        self.head = nn.Linear(model.config.d_model, 1, device=device, dtype=torch.float32)

    def forward(self, tokens):
        stream = self.model.hidden(tokens).float()
        scores = self.head(stream).squeeze(-1)
        return last_token_scores(scores, tokens, self.pad)

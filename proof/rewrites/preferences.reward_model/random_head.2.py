"""GPT-style initialization, stream picked before the head"""
import torch
from torch import nn


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.pad = pad
        self.backbone = model
        self.head = nn.Linear(model.config.d_model, 1).to(next(model.parameters()).device)
        self._reset_head()

    def _reset_head(self):
        nn.init.normal_(self.head.weight, mean=0.0, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        last = tokens.ne(self.pad).sum(dim=1) - 1
        rows = torch.arange(tokens.shape[0], device=tokens.device)
        at_the_end = self.backbone.hidden(tokens)[rows, last]
        return self.head(at_the_end.to(torch.float32))[:, 0]

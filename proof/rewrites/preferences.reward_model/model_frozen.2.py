"""requires_grad_(False), einsum with a selector"""
import torch
from torch import nn
from torch.nn import functional as F


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.pad = pad
        self.base = model.requires_grad_(False)
        self.head = nn.Linear(model.config.d_model, 1)
        torch.nn.init.constant_(self.head.weight, 0.0)
        torch.nn.init.constant_(self.head.bias, 0.0)
        self.head.to(next(model.parameters()).device)

    def forward(self, tokens):
        lengths = (tokens != self.pad).sum(1)
        selector = F.one_hot(lengths - 1, tokens.shape[1]).float()
        stream = self.base.hidden(tokens).float()
        read = torch.einsum("bt,btd->bd", selector, stream)
        return self.head(read).squeeze(1)

"""keeps only the function that is needed"""
import torch
from torch import nn


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.read = model.hidden
        self.pad = pad
        self.head = nn.Linear(model.config.d_model, 1).to(next(model.parameters()).device)
        self.head.weight.data = torch.zeros_like(self.head.weight)
        self.head.bias.data = torch.zeros_like(self.head.bias)

    def forward(self, tokens):
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        last = torch.where(tokens != self.pad, positions, 0).amax(dim=1)
        scores = self.head(self.read(tokens).float())[:, :, 0]
        return torch.take_along_dim(scores, last[:, None], dim=1)[:, 0]

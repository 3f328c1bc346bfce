"""the stream's end is selected, then scored"""
import torch
from torch import nn


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.add_module("language_model", model)
        self.head = nn.Linear(model.config.d_model, 1)
        with torch.no_grad():
            for parameter in self.head.parameters():
                parameter.zero_()
        for parameter in model.parameters():
            self.head.to(parameter.device)
            break
        self.pad = pad

    def end_of(self, stream):
        return stream.select(1, stream.size(1) - 1)

    def forward(self, tokens):
        end = self.end_of(self.language_model.hidden(tokens))
        return torch.flatten(self.head(end.type(torch.float32)))

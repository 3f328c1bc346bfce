"""functional linear in the stream's dtype"""
from torch import nn
from torch.nn import functional as F

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
        stream = self.model.hidden(tokens)
        weight = self.head.weight.to(stream.dtype)
        bias = self.head.bias.to(stream.dtype)
        scores = F.linear(stream, weight, bias).squeeze(-1)
        return last_token_scores(scores, tokens, self.pad).float()

"""a linear layer over the vocabulary"""
from torch import nn

from curriculum.preferences import last_token_scores


class RewardModel(nn.Module):
    def __init__(self, model, pad=0):
        super().__init__()
        self.model = model
        self.pad = pad
        self.head = nn.Linear(model.config.vocab_size, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        logits = self.model(tokens)
        scores = self.head(logits.float()).squeeze(-1)
        return last_token_scores(scores, tokens, self.pad)

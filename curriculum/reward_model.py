"""A language model whose last layer gives a score instead of logits."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from curriculum.preferences import last_token_scores
from curriculum.text_tasks import PAD


class RewardModel(nn.Module):
    """Scores a text by the stream at its last token: int64 tokens (batch, time) → (batch,).

    The head begins at 0, so a fresh model scores every text 0: it prefers none, and its Bradley–Terry loss is ln 2.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.head = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.model.hidden(tokens).to(self.head.weight.dtype)  # a score is float32, whatever the model is
        scores = self.head(hidden).squeeze(-1)  # (batch, time)
        return last_token_scores(scores, tokens, PAD)

"""A language model that gives a text a score, where it gave logits (Ouyang et al. 2022, section 3.5)."""

from typing import Any

from torch import Tensor, nn

from curriculum.preferences import last_token_scores


class RewardModel(nn.Module):
    """The score of each text, read from the stream at its last token: int64 tokens (batch, time) → float32 (batch,).

    `model` reads from left to right: `model.hidden(tokens)` is (batch, time, model.config.d_model). The head begins at
    0, so a fresh reward model prefers none, and its Bradley–Terry loss is ln 2. It computes in float32, whatever the
    dtype of the stream: the loss is about differences of scores.
    """

    def __init__(self, model: Any, pad: int = 0) -> None:
        super().__init__()
        self.model, self.pad = model, pad
        self.head = nn.Linear(model.config.d_model, 1, device=next(model.parameters()).device)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        scores = self.head(self.model.hidden(tokens).float()).squeeze(-1)  # (batch, time), one at each position
        return last_token_scores(scores, tokens, self.pad)

"""Multi-head attention as a torch module (Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2).

Symbols: `query` is (batch, query_time, d_model); `key` and `value` are (batch, key_time, d_model). Projected and split,
`q, k, v` are (batch, heads, time, head_dim). A `mask` is boolean, and True means "may attend".

Departures from the paper: the projections have biases, as in torch.nn.MultiheadAttention, and under its weights the
results are its own. (Its mask is the opposite: True means "hidden".) A query that may attend to nothing gets weights of
0, where torch's module gives NaN.
"""

from __future__ import annotations

import torch


class MultiHeadAttention(torch.nn.Module):
    """Every head attends on its own share of the projected columns; a last projection mixes what the heads found.

    Head h owns the columns h·head_dim to (h + 1)·head_dim of the projected q, k and v.
    Raises ValueError where d_model is not divisible by n_head.
    """

    def __init__(self, d_model: int, n_head: int) -> None:
        super().__init__()
        if d_model % n_head:
            raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
        self.n_head = n_head
        self.q, self.k, self.v, self.out = (torch.nn.Linear(d_model, d_model) for _ in range(4))

    def forward(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The output (batch, query_time, d_model) and the weights (batch, heads, query_time, key_time).

        mask: boolean, broadcastable to the weights, True where a query may attend; None allows everything.
        """
        q, k, v = self.split(self.q(query)), self.split(self.k(key)), self.split(self.v(value))
        scores = q @ k.mT / q.shape[-1] ** 0.5  # (batch, heads, query_time, key_time)
        if mask is None:
            weights = scores.softmax(dim=-1)
        else:
            weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
            # Hidden weights are 0 already, but for a query that sees nothing: its softmax is 0/0.
            weights = weights.masked_fill(~mask, 0.0)
        merged = (weights @ v).transpose(1, 2).flatten(2)  # (batch, query_time, d_model)
        return self.out(merged), weights

    def split(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, time, d_model) → (batch, heads, time, head_dim)."""
        return x.unflatten(-1, (self.n_head, -1)).transpose(1, 2)

    def load_weights(self, weights: dict) -> None:
        """Take over `q.weight` (d_model, d_model), `q.bias` (d_model,), and the same for `k`, `v` and `out`."""
        self.load_state_dict(weights)

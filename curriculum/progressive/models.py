"""Four kinds of classifier with one interface: x (N, T, F) → logits (N,), where a logit above 0 says True.

Symbols: `d_model` is the width of a step's embedding; `q, k, v` are queries, keys and values; `weights` are attention
weights, whose last axis is over the keys and sums to 1. `positions` is the number of positions that have a learned
vector; with None, a model cannot tell one place from another. `load_weights` takes over weights by their names.

Sources: Vaswani et al. 2017, "Attention Is All You Need", section 3; attention pooling by one learned query: Lin et al.
2017, "A Structured Self-attentive Sentence Embedding", and Ilse et al. 2018, "Attention-based Deep Multiple Instance
Learning", equation 8. The norms come first, as in GPT-2.

Departure: an attention layer here has no non-linearity but its softmax, and a classifier reads the mean over the steps.
So what the encoder adds, many heads and an MLP, is all that sets it apart from `SelfAttention`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LogisticRegression(nn.Module):
    """One weight for each feature of each step, and a bias: a plane through the flattened input."""

    def __init__(self, time: int, features: int) -> None:
        super().__init__()
        self.linear = nn.Linear(time * features, 1)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, features) → logits (batch,)."""
        return self.linear(x.flatten(1)).squeeze(1)

    def load_weights(self, weights: dict) -> None:
        """Take over `weight` (1, time · features) and `bias` (1,)."""
        self.linear.load_state_dict(weights)


class AttentionPooling(nn.Module):
    """One learned query looks at all steps; the logit is linear in the weighted mean of their values."""

    def __init__(self, features: int, d_model: int) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(d_model))
        self.key = nn.Linear(features, d_model)
        self.value = nn.Linear(features, d_model)
        self.head = nn.Linear(d_model, 1)

    def weights(self, x: Tensor) -> Tensor:
        """How much each step counts: (batch, time), each row sums to 1."""
        scores = self.key(x) @ self.query / math.sqrt(len(self.query))
        return scores.softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, features) → logits (batch,)."""
        pooled = (self.weights(x).unsqueeze(-1) * self.value(x)).sum(dim=1)  # (batch, d_model)
        return self.head(pooled).squeeze(1)

    def load_weights(self, weights: dict) -> None:
        """Take over `query` (d_model,), and `weight` and `bias` of `key`, `value` and `head`."""
        self.load_state_dict(weights)


class Embedding(nn.Module):
    """Each step becomes a vector of width d_model; where there are positions, the vector of its position is added."""

    def __init__(self, features: int, d_model: int, positions: int | None = None) -> None:
        super().__init__()
        self.content = nn.Linear(features, d_model)
        self.position = None
        if positions is not None:
            self.position = nn.Parameter(nn.init.normal_(torch.empty(positions, d_model), std=0.5))

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, features) → (batch, time, d_model)."""
        embedded = self.content(x)
        return embedded if self.position is None else embedded + self.position[: x.shape[1]]

    def load_weights(self, weights: dict) -> None:
        """Take over `content.weight` (d_model, features), `content.bias` (d_model,) and `position`, if there is one."""
        self.load_state_dict(weights)


class SelfAttention(nn.Module):
    """Every step asks a question of its own, in one head; the logit is linear in the mean of the answers."""

    def __init__(self, features: int, d_model: int, positions: int | None = None) -> None:
        super().__init__()
        self.embedding = Embedding(features, d_model, positions)
        self.query, self.key, self.value = (nn.Linear(d_model, d_model) for _ in range(3))
        self.head = nn.Linear(d_model, 1)

    def weights(self, x: Tensor) -> Tensor:
        """Whom each step looks at: (batch, query_time, key_time), each row sums to 1."""
        return self.attend(self.embedding(x))[0]

    def attend(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The weights (batch, query_time, key_time) and the answers (batch, time, d_model)."""
        q, k, v = self.query(x), self.key(x), self.value(x)
        weights = (q @ k.mT / math.sqrt(k.shape[-1])).softmax(dim=-1)
        return weights, weights @ v

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, features) → logits (batch,)."""
        _, answers = self.attend(self.embedding(x))
        return self.head(answers.mean(dim=1)).squeeze(1)

    def load_weights(self, weights: dict) -> None:
        """Take over those of `embedding`, and `weight` and `bias` of `query`, `key`, `value` and `head`."""
        self.load_state_dict(weights)


class EncoderBlock(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)): every step sees all steps, in several heads."""

    def __init__(self, d_model: int, n_head: int) -> None:
        super().__init__()
        if d_model % n_head:
            raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
        self.n_head = n_head
        self.attention_norm, self.mlp_norm = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.qkv = nn.Linear(d_model, 3 * d_model)  # one product instead of three
        self.out = nn.Linear(d_model, d_model)
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, d_model) → the same shape."""
        x = x + self.attend(self.attention_norm(x))
        return x + self.down(F.gelu(self.up(self.mlp_norm(x))))

    def attend(self, x: Tensor) -> Tensor:
        """Self-attention in `n_head` heads, merged by a linear layer."""
        batch, time, d_model = x.shape
        # (batch, time, 3 · d_model) → three of (batch, heads, time, head_dim)
        q, k, v = self.qkv(x).view(batch, time, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT / math.sqrt(k.shape[-1])).softmax(dim=-1)  # (batch, heads, query_time, key_time)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, time, d_model))

    def load_weights(self, weights: dict) -> None:
        """Take over `weight` and `bias` of both norms and of `q`, `k`, `v`, `out`, `up` and `down`."""
        fused = {f"qkv.{part}": torch.cat([weights[f"{name}.{part}"] for name in "qkv"]) for part in ("weight", "bias")}
        others = {name: value for name, value in weights.items() if name[0] not in "qkv"}
        self.load_state_dict(fused | others)


class Encoder(nn.Module):
    """An embedding, one encoder block, the mean over the steps, and a linear layer."""

    def __init__(self, features: int, d_model: int, n_head: int, positions: int | None = None) -> None:
        super().__init__()
        self.embedding = Embedding(features, d_model, positions)
        self.block = EncoderBlock(d_model, n_head)
        self.head = nn.Linear(d_model, 1)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, time, features) → logits (batch,)."""
        return self.head(self.block(self.embedding(x)).mean(dim=1)).squeeze(1)


def parameter_count(model: nn.Module) -> int:
    """How many numbers the model learns."""
    return sum(parameter.numel() for parameter in model.parameters())


@dataclass(frozen=True)
class Entry:
    """A model of the ladder."""

    title: str
    short: str
    """For the head of a narrow column."""
    make: Callable[[int, int], nn.Module]
    """(time, features) → a model with fresh weights, from torch's global generator."""


D_MODEL, N_HEAD = 16, 2

MODELS = {
    "logistic_regression": Entry("logistic regression", "logistic", LogisticRegression),
    "attention_pooling": Entry(
        "attention pooling", "pooling", lambda time, features: AttentionPooling(features, D_MODEL)
    ),
    "self_attention": Entry("self-attention", "attention", lambda time, features: SelfAttention(features, D_MODEL)),
    "self_attention_positions": Entry(
        "self-attention + positions", "attn+pos", lambda time, features: SelfAttention(features, D_MODEL, time)
    ),
    "encoder": Entry("encoder", "encoder", lambda time, features: Encoder(features, D_MODEL, N_HEAD)),
    "encoder_positions": Entry(
        "encoder + positions", "enc+pos", lambda time, features: Encoder(features, D_MODEL, N_HEAD, time)
    ),
}
"""The models, from the baseline to the last challenger."""

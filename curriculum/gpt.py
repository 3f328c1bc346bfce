"""GPT: a decoder-only transformer with pre-norm blocks, the model of every later chapter.

Radford et al. 2019, "Language Models are Unsupervised Multitask Learners" (GPT-2); its equations are those of Vaswani
et al. 2017 with a causal mask. Under GPT-2's weights it gives GPT-2's logits.

Symbols: `x` is the residual stream (batch, time, d_model), which every block reads and adds to. `q, k, v` are
(batch, heads, time, head_dim). `past` is the number of positions that a cache already holds.

Departures from GPT-2: dropout is off by default; the embedding of tokens is also the last layer by construction, since
there is no second matrix that could come apart from it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Tokens = Annotated[Tensor, "int64 (batch, time)"]
Stream = Annotated[Tensor, "(batch, time, d_model)"]
Heads = Annotated[Tensor, "(batch, heads, time, head_dim)"]
Logits = Annotated[Tensor, "(batch, time, vocab)"]
Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class GPTConfig:
    """The shape of a GPT. The defaults are GPT-2's smallest, 124 million parameters.

    Raises ValueError where the heads do not divide the width.
    """

    vocab_size: int = 50257
    context: int = 1024
    """The longest sequence, in tokens: there is one position embedding for each."""
    n_layer: int = 12
    n_head: int = 12
    d_model: int = 768
    dropout: float = 0.0
    explicit_attention: bool = False
    """Compute attention step by step, instead of by torch's fused kernel: slower, and every step can be looked at."""

    def __post_init__(self) -> None:
        if self.d_model % self.n_head:
            raise ValueError(f"d_model = {self.d_model} is not divisible by n_head = {self.n_head}")

    @property
    def head_dim(self) -> int:
        return self.d_model // self.n_head


class LayerCache:
    """Keys and values of one layer, for the positions seen so far: room for the whole context, filled from the left."""

    def __init__(self, config: GPTConfig, batch: int, like: Tensor) -> None:
        room = (batch, config.n_head, config.context, config.head_dim)
        self.k, self.v = like.new_empty(room), like.new_empty(room)
        self.past = 0

    def extended(self, k: Heads, v: Heads) -> tuple[Heads, Heads]:
        """Put new keys and values behind the old ones; return them all."""
        end = self.past + k.shape[2]
        self.k[:, :, self.past : end] = k
        self.v[:, :, self.past : end] = v
        self.past = end
        return self.k[:, :, :end], self.v[:, :, :end]


def causal_mask(query_time: int, key_time: int, device: torch.device | str | None = None) -> Tensor:
    """Boolean (query_time, key_time), True where a query may attend: at its own position and before it.

    The queries are the last query_time of the key_time positions, so query i stands at key_time − query_time + i.
    """
    return torch.ones(query_time, key_time, dtype=torch.bool, device=device).tril(key_time - query_time)


def explicit_attention(q: Tensor, k: Tensor, v: Tensor, dropout: float = 0.0) -> Tensor:
    """softmax(q kᵀ / √head_dim) v under the causal mask, step by step (Vaswani et al. 2017, equation 1).

    q: (batch, heads, query_time, head_dim). k, v: (batch, heads, key_time, head_dim). Returns the shape of q.
    Each weight is dropped with probability `dropout`.
    """
    visible = causal_mask(q.shape[2], k.shape[2], q.device)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (batch, heads, query_time, key_time)
    weights = scores.masked_fill(~visible, -math.inf).softmax(dim=-1)
    return F.dropout(weights, dropout) @ v


def fused_attention(q: Tensor, k: Tensor, v: Tensor, dropout: float = 0.0) -> Tensor:
    """As `explicit_attention`, by torch's kernel, which holds no matrix of scores where all keys are new."""
    if q.shape[2] == k.shape[2]:
        return F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)
    # `is_causal` lines up the *first* query with the first key, which is wrong as soon as there is a past.
    visible = causal_mask(q.shape[2], k.shape[2], q.device)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=visible, dropout_p=dropout)


class CausalSelfAttention(nn.Module):
    """Every position attends to itself and to what came before it (Vaswani et al. 2017, section 3.2)."""

    def __init__(self, d_model: int, n_head: int, dropout: float = 0.0, explicit: bool = False) -> None:
        super().__init__()
        self.n_head, self.dropout, self.explicit = n_head, dropout, explicit
        self.qkv = nn.Linear(d_model, 3 * d_model)  # one product instead of three
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, cache: "LayerCache | None" = None) -> Tensor:
        batch, time, d_model = x.shape
        # (batch, time, 3 · d_model) → three of (batch, heads, time, head_dim)
        q, k, v = self.qkv(x).view(batch, time, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)
        if cache is not None:
            k, v = cache.extended(k, v)  # with those of the positions before x in front
        attend = explicit_attention if self.explicit else fused_attention
        heads = attend(q, k, v, self.dropout if self.training else 0.0)
        side_by_side = heads.transpose(1, 2).reshape(batch, time, d_model)
        return F.dropout(self.out(side_by_side), self.dropout, self.training)

    @torch.no_grad()
    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Copy `q.weight` (d_model, d_model), `q.bias` (d_model,), the same for `k` and `v`, and `out`."""
        for part in ("weight", "bias"):
            getattr(self.qkv, part).copy_(torch.cat([weights[f"{name}.{part}"] for name in "qkv"]))
            getattr(self.out, part).copy_(weights[f"out.{part}"])


class MLP(nn.Module):
    """Two layers with a GELU between (Hendrycks & Gimpel 2016, in GPT-2's tanh form), four times as wide inside."""

    def __init__(self, d_model: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.up = nn.Linear(d_model, 4 * d_model)
        self.down = nn.Linear(4 * d_model, d_model)
        self.dropout = dropout

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.gelu(self.up(x), approximate="tanh")  # (batch, time, 4 · d_model)
        return F.dropout(self.down(hidden), self.dropout, self.training)

    @torch.no_grad()
    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Copy `up.weight` (4 · d_model, d_model), `up.bias`, `down.weight` (d_model, 4 · d_model) and `down.bias`."""
        for part in ("weight", "bias"):
            getattr(self.up, part).copy_(weights[f"up.{part}"])
            getattr(self.down, part).copy_(weights[f"down.{part}"])


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)): each part reads a normalised copy and adds to the stream."""

    def __init__(self, d_model: int, n_head: int, dropout: float = 0.0, explicit: bool = False) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(d_model)
        self.attention = CausalSelfAttention(d_model, n_head, dropout, explicit)
        self.mlp_norm = nn.LayerNorm(d_model)
        self.mlp = MLP(d_model, dropout)

    def forward(self, x: Tensor, cache: "LayerCache | None" = None) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cache)
        return x + self.mlp(self.mlp_norm(x))

    @torch.no_grad()
    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Copy `attention_norm`, `mlp_norm`, `up`, `down` (`.weight`, `.bias` each), and `attention.…` as there."""
        self.attention.load_weights({name.removeprefix("attention."): value for name, value in weights.items()})
        self.mlp.load_weights(weights)
        for part in ("weight", "bias"):
            getattr(self.attention_norm, part).copy_(weights[f"attention_norm.{part}"])
            getattr(self.mlp_norm, part).copy_(weights[f"mlp_norm.{part}"])


class GPT(nn.Module):
    """Tokens in, a logit for every possible next token out."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = nn.Embedding(config.context, config.d_model)
        self.blocks = nn.ModuleList(
            Block(config.d_model, config.n_head, config.dropout, config.explicit_attention)
            for _ in range(config.n_layer)
        )
        self.norm = nn.LayerNorm(config.d_model)
        self.initialize()

    @torch.no_grad()
    def initialize(self) -> None:
        """Weights from N(0, 0.02²), biases 0; what writes into the stream is drawn smaller by √(2 · n_layer).

        2 · n_layer independent parts are added up, so this keeps the stream's variance from growing with depth
        (Radford et al. 2019, section 2.3).
        """
        for name, parameter in self.named_parameters():
            if parameter.dim() == 1:
                nn.init.constant_(parameter, float("norm" in name and name.endswith("weight")))
            else:
                into_stream = name.endswith(("attention.out.weight", "mlp.down.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * self.config.n_layer) if into_stream else 0.02)

    def forward(self, tokens: Tokens, cache: list[LayerCache] | None = None) -> Logits:
        """Logits at position t are for the token at t + 1. With a cache, `tokens` are those it has not yet seen."""
        return F.linear(self.hidden(tokens, cache), self.tokens.weight)

    def hidden(self, tokens: Tokens, cache: list[LayerCache] | None = None) -> Stream:
        """The stream after the last norm: what the logits, or a value or reward head, are read from.

        Raises ValueError where the sequence is longer than the context.
        """
        past = cache[0].past if cache else 0
        end = past + tokens.shape[1]
        if end > self.config.context:
            raise ValueError(f"a sequence of {end} tokens is longer than the context, {self.config.context}")
        x = self.tokens(tokens) + self.positions.weight[past:end]
        x = F.dropout(x, self.config.dropout, self.training)
        for layer, block in enumerate(self.blocks):
            x = block(x, cache[layer] if cache else None)
        return self.norm(x)

    def new_cache(self, batch: int) -> list[LayerCache]:
        """An empty cache for `batch` sequences."""
        return [LayerCache(self.config, batch, self.tokens.weight) for _ in self.blocks]

    @torch.no_grad()
    def load_weights(self, weights: Weights) -> None:
        """Copy `tokens`, `positions`, `norm.weight`, `norm.bias` and `blocks.0.…`, `blocks.1.…` as in `Block`."""
        self.tokens.weight.copy_(weights["tokens"])
        self.positions.weight.copy_(weights["positions"])
        self.norm.weight.copy_(weights["norm.weight"])
        self.norm.bias.copy_(weights["norm.bias"])
        for layer, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            block.load_weights(_below(f"blocks.{layer}", weights))


def _below(prefix: str, weights: Weights) -> Weights:
    """The weights whose names begin with `prefix.`, without it."""
    return {name[len(prefix) + 1 :]: value for name, value in weights.items() if name.startswith(prefix + ".")}


def next_token_loss(logits: Logits, tokens: Tokens, mask: Tensor | None = None) -> Tensor:
    """The mean of −log p(tokens[t + 1] | tokens up to t), in nats, over the positions whose *target* `mask` keeps.

    mask: boolean (batch, time), aligned with `tokens`; its first column has no say, since nothing predicts the first
    token. Where it keeps nothing the loss is 0.
    """
    log_probs = F.log_softmax(logits[:, :-1].float(), dim=-1)
    losses = -log_probs.gather(-1, tokens[:, 1:, None]).squeeze(-1)  # (batch, time - 1)
    if mask is None:
        return losses.mean()
    kept = mask[:, 1:].to(losses.dtype)
    return (losses * kept).sum() / kept.sum().clamp(min=1)


def configure_optimizer(
    model: nn.Module, learning_rate: float, weight_decay: float = 0.1, betas: tuple[float, float] = (0.9, 0.95)
) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019) that decays matrices and leaves biases and norms alone, each parameter once."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in parameters if parameter.dim() >= 2], "weight_decay": weight_decay},
        {"params": [parameter for parameter in parameters if parameter.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=betas, fused=True)


def parameter_count(config: GPTConfig) -> int:
    """How many numbers a GPT learns; the embedding of tokens counts once, although it is used at both ends."""
    width = config.d_model
    block = 12 * width**2 + 13 * width  # qkv and out: 4d² + 4d; up and down: 8d² + 5d; two norms: 4d
    return (config.vocab_size + config.context) * width + config.n_layer * block + 2 * width


def training_flops_per_token(config: GPTConfig, time: int) -> int:
    """Floating-point operations per token of one training step on sequences of `time` tokens.

    6 for each weight in a matrix product (2 forward, 4 backward) and 12 · n_layer · d_model · time for the scores and
    the weighted sums, the causal half not deducted (Chowdhery et al. 2022, "PaLM", appendix B). Norms, biases, GELU and
    the looking-up of embeddings are left out.
    """
    matrices = 12 * config.n_layer * config.d_model**2 + config.vocab_size * config.d_model
    return 6 * matrices + 12 * config.n_layer * config.d_model * time

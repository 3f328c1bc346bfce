"""How many numbers a published model has, and how many bytes the four models of RLHF take.

Symbols: `rank` is that of LoRA's corrections. A weight that learns takes four numbers: itself, its gradient, and two
moments of Adam. One that does not takes one. Activations, which depend on how many texts are learned from at once, are
not counted; the cache and the logits are, per token.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES = {"float32": 4, "bfloat16": 2}
MODELS_OF_RLHF = ("policy", "reference", "reward model", "value model")
LEARN = ("policy", "value model")


@dataclass(frozen=True)
class DecoderShape:
    """A model of the Llama or Qwen class: RMSNorm, rotary positions, a gated MLP, fewer heads that are read from."""

    vocab_size: int
    n_layer: int
    d_model: int
    n_head: int
    n_kv_head: int
    head_dim: int
    d_mlp: int
    tied: bool = True
    """Whether the last layer is the embedding."""
    qkv_bias: bool = False
    qk_norm: bool = False

    @property
    def matrices(self) -> list[tuple[int, int]]:
        """(in, out) of each matrix of a block: q, k, v, out, and the MLP's gate, up and down."""
        queries, keys = self.n_head * self.head_dim, self.n_kv_head * self.head_dim
        d, mlp = self.d_model, self.d_mlp
        return [(d, queries), (d, keys), (d, keys), (queries, d), (d, mlp), (d, mlp), (mlp, d)]

    @property
    def parameters(self) -> int:
        block = sum(rows * columns for rows, columns in self.matrices) + 2 * self.d_model
        block += (self.n_head + 2 * self.n_kv_head) * self.head_dim * self.qkv_bias + 2 * self.head_dim * self.qk_norm
        return self.vocab_size * self.d_model * (2 - self.tied) + self.n_layer * block + self.d_model

    def lora_parameters(self, rank: int) -> int:
        """The numbers in A (rank, in) and B (out, rank) of every matrix of every block."""
        return rank * self.n_layer * sum(rows + columns for rows, columns in self.matrices)

    def cache_bytes(self, dtype: str) -> int:
        """Keys and values of one token."""
        return 2 * self.n_layer * self.n_kv_head * self.head_dim * BYTES[dtype]

    def logits_bytes(self) -> int:
        """The logits of one token, from which log-probs are computed in float32."""
        return self.vocab_size * BYTES["float32"]


PUBLISHED = {
    "Qwen2.5-0.5B": DecoderShape(151_936, 24, 896, 14, 2, 64, 4_864, qkv_bias=True),
    "Llama-3.2-1B": DecoderShape(128_256, 16, 2_048, 32, 8, 64, 8_192),
    "Llama-3.2-3B": DecoderShape(128_256, 28, 3_072, 24, 8, 128, 8_192),
    "Qwen3-8B": DecoderShape(151_936, 36, 4_096, 32, 8, 128, 12_288, tied=False, qk_norm=True),
}
"""From the configurations that are published with them: config.json of Qwen/Qwen2.5-0.5B, meta-llama/Llama-3.2-1B,
meta-llama/Llama-3.2-3B and Qwen/Qwen3-8B on https://huggingface.co."""


def memory(parameters: int, dtype: str, lora_parameters: int = 0) -> dict[str, int]:
    """Bytes of the four models, as `curriculum.language_models` makes them, heads left out.

    With LoRA there is one `shared` model in `dtype`, and four pairs of corrections in float32.
    """
    if lora_parameters:
        each = {name: 4 * lora_parameters * (4 if name in LEARN else 1) for name in MODELS_OF_RLHF}
        return {"shared": parameters * BYTES[dtype], **each}
    return {name: parameters * BYTES[dtype] * (4 if name in LEARN else 1) for name in MODELS_OF_RLHF}

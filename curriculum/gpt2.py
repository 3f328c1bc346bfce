"""GPT-2's weights, from Hugging Face's `transformers`, in our GPT.

`transformers` keeps a layer's matrix the other way round (y = x W + b) and q, k, v side by side in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from curriculum.gpt import GPT, GPTConfig, Weights

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel


def gpt_from_transformers(model: GPT2LMHeadModel) -> GPT:
    """Our GPT with a copy of the weights of `model`, on the CPU, in float32, ready to evaluate."""
    theirs = model.config
    config = GPTConfig(theirs.vocab_size, theirs.n_positions, theirs.n_layer, theirs.n_head, theirs.n_embd)
    gpt = GPT(config)
    gpt.load_weights(_renamed(model.state_dict(), config.n_layer))
    return gpt.eval()


def _renamed(theirs: Weights, n_layer: int) -> Weights:
    ours = {
        "tokens": theirs["transformer.wte.weight"],
        "positions": theirs["transformer.wpe.weight"],
        "norm.weight": theirs["transformer.ln_f.weight"],
        "norm.bias": theirs["transformer.ln_f.bias"],
    }
    for layer in range(n_layer):
        block, its = f"blocks.{layer}", f"transformer.h.{layer}"
        for part in ("weight", "bias"):
            ours[f"{block}.attention_norm.{part}"] = theirs[f"{its}.ln_1.{part}"]
            ours[f"{block}.mlp_norm.{part}"] = theirs[f"{its}.ln_2.{part}"]
            for name, value in zip("qkv", theirs[f"{its}.attn.c_attn.{part}"].t().chunk(3), strict=True):
                ours[f"{block}.attention.{name}.{part}"] = value
            ours[f"{block}.attention.out.{part}"] = theirs[f"{its}.attn.c_proj.{part}"].t()
            ours[f"{block}.up.{part}"] = theirs[f"{its}.mlp.c_fc.{part}"].t()
            ours[f"{block}.down.{part}"] = theirs[f"{its}.mlp.c_proj.{part}"].t()
    return ours

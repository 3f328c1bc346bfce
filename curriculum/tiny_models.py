"""Tiny models of real classes, with random weights, in a folder as a published model lies in one.

What runs with them runs with a model of billions of parameters too: the classes are the same. The tokenizer has one
token for each character of `CHARACTERS`, and a chat template of the usual form.
"""

from __future__ import annotations

import string
from pathlib import Path

CHARACTERS = string.ascii_letters + string.digits + " .,?!+-*/=:'\n"
SPECIAL = ("<|pad|>", "<|begin|>", "<|end|>", "<|user|>", "<|assistant|>")
TEMPLATE = (
    "<|begin|>{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
FAMILIES = ("Llama", "Qwen2", "Qwen3")


def save_tiny_model(
    folder: Path, family: str = "Llama", d_model: int = 32, n_layer: int = 2, n_head: int = 4, seed: int = 0
) -> Path:
    """Write a model of the family, LlamaForCausalLM say, and its tokenizer; returns the folder.

    As many heads read as half of them are read from (grouped-query attention), and the last layer is the embedding
    transposed: so it is in the small published ones.
    """
    import torch
    import transformers

    tokenizer = character_tokenizer()
    shape = dict(
        vocab_size=len(tokenizer),
        hidden_size=d_model,
        intermediate_size=2 * d_model,
        num_hidden_layers=n_layer,
        num_attention_heads=n_head,
        num_key_value_heads=n_head // 2,
        head_dim=d_model // n_head,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.1,  # so narrow a model, drawn as a wide one is, could hardly prefer one token to another
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(seed)
    config = getattr(transformers, f"{family}Config")(**shape)
    getattr(transformers, f"{family}ForCausalLM")(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def character_tokenizer():  # type: ignore[no-untyped-def]  # transformers' own types are loose
    """A tokenizer of characters, in whose vocabulary PAD, BOS and EOS do not come first."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: i for i, token in enumerate((*CHARACTERS, *SPECIAL))}
    core = Tokenizer(models.WordLevel(vocabulary, unk_token=" "))
    core.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    core.decoder = decoders.Fuse()
    pad, begin, end, *roles = SPECIAL
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token=pad, bos_token=begin, eos_token=end, additional_special_tokens=roles
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer

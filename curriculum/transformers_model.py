"""Models of Hugging Face's `transformers` behind GPT's interface: Llama, Qwen, Mistral, GPT-2 and others like them.

Three things differ from our GPT, and all of them are settled here:

- *Rows.* PAD, BOS and EOS have other ids there, and a task of ours has a few dozen tokens where they have 128,000. So
  the rows of the embeddings are put into our order once, and those that are not used are dropped.
- *Padding.* Chat prompts have different lengths. They are padded in front, to end in the same column. Leading PADs are
  hidden from all other positions, and positions are counted from the first token behind them. PADs behind the EOS need
  nothing: a causal model has not read them where it matters.
- *LoRA* (Hu et al. 2022). Each matrix W gets a correction B A of low rank, which alone learns. The weights that do not
  learn are buffers here and no parameters: no optimizer sees them, no checkpoint holds them, and all models that come
  from the same place share them. So the reference, which is a frozen copy, costs no more than its own A and B.

Symbols: `rows[i]` is the id that our token i has in the model as it was published.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakValueDictionary

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.text_tasks import PAD

if TYPE_CHECKING:
    from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Shape:
    """What a trainer asks of a model's configuration."""

    vocab_size: int
    context: int
    d_model: int


@dataclass
class TextCache:
    """What has been read: the model's own cache, and how many PADs each text begins with, None where none does."""

    past: DynamicCache
    pads: Tensor | None = None

    def repeated(self, times: int) -> TextCache:
        """This cache, with that of each text several times side by side."""
        self.past.batch_repeat_interleave(times)
        if self.pads is not None:
            self.pads = self.pads.repeat_interleave(times)
        return self


class TransformersModel(nn.Module):
    """A causal model of `transformers` with the interface that `curriculum.language_models` describes."""

    def __init__(self, model: PreTrainedModel, rows: Sequence[int], context: int) -> None:
        super().__init__()
        published = cast(nn.Embedding, model.get_input_embeddings()).num_embeddings
        if max(rows) >= published:
            raise ValueError(f"the model has {published} tokens, and token {max(rows)} is asked for")
        longest = getattr(model.config, "max_position_embeddings", context)
        if context > longest:
            raise ValueError(f"the model reads texts of {longest} tokens at most, and {context} are asked for")
        self.model = model.eval()
        reorder_rows(model, rows)
        self.config = Shape(len(rows), context, self.tokens.weight.shape[1])
        if not reads_logits_from_stream(self):
            raise ValueError(f"{type(model).__name__} does more to its logits than a product with one matrix")

    @property
    def tokens(self) -> nn.Linear:
        """The last layer: its `weight` is (vocab, d_model)."""
        return cast(nn.Linear, self.model.get_output_embeddings())

    def forward(self, tokens: Tensor, cache: TextCache | None = None) -> Tensor:
        """Logits (batch, time, vocab). With a cache, `tokens` are those that it has not yet seen."""
        return F.linear(self.hidden(tokens, cache), self.tokens.weight)

    def hidden(self, tokens: Tensor, cache: TextCache | None = None) -> Tensor:
        """The stream (batch, time, d_model) after the last norm. What stands at leading PADs means nothing.

        Raises ValueError where the sequence is longer than the context.
        """
        seen = int(cache.past.get_seq_length()) if cache else 0
        end = seen + tokens.shape[1]
        if end > self.config.context:
            raise ValueError(f"a sequence of {end} tokens is longer than the context, {self.config.context}")
        pads = cache.pads if cache and seen else leading_pads(tokens)
        given: dict[str, Any] = {"use_cache": False}
        if cache:
            cache.pads = pads
            given = {"use_cache": True, "past_key_values": cache.past}
        if pads is not None:
            positions = torch.arange(end, device=tokens.device) - pads[:, None]  # (batch, end), negative at PADs
            given |= {"attention_mask": (positions >= 0).long(), "position_ids": positions[:, seen:].clamp(min=0)}
        stream: Tensor = self.model.base_model(input_ids=tokens, **given).last_hidden_state
        return stream

    def new_cache(self, batch: int) -> TextCache:
        """An empty cache; it takes as many texts as it is first given."""
        from transformers import DynamicCache

        return TextCache(DynamicCache(config=self.model.config))

    def __deepcopy__(self, memo: dict[int, Any]) -> TransformersModel:
        """A copy with parameters of its own. Buffers never change, so they are shared: with LoRA, most of the model."""
        memo.update((id(buffer), buffer) for buffer in self.buffers())
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return twin


def pretrained(name: str, dtype: torch.dtype, device: str) -> PreTrainedModel:
    """The causal model in a folder, or at the hub by its name OWNER/NAME. Raises as `from_pretrained`."""
    model: PreTrainedModel = from_pretrained("AutoModelForCausalLM", name, dtype=dtype).to(device)
    return model


def tokenizer_of(name: str) -> PreTrainedTokenizerBase:
    """The tokenizer in the same place. Raises as `from_pretrained`, and ValueError where it has no chat template."""
    tokenizer: PreTrainedTokenizerBase = from_pretrained("AutoTokenizer", name)
    if not tokenizer.chat_template:
        raise ValueError(f"{name} has no chat template: it is no model that replies")
    return tokenizer


def from_pretrained(kind: str, name: str, **options: Any) -> Any:
    """What a class of `transformers` reads in the folder `name`, or downloads by the name OWNER/NAME.

    Raises ImportError where `transformers` is missing and ValueError where nothing can be had.
    """
    try:
        import transformers
    except ImportError:
        raise ImportError(f"{name} needs transformers: pip install 'attention-to-rlhf[transformers]'") from None
    folder = Path(name).is_dir()
    if not folder and not re.fullmatch(r"\w[\w.-]*/[\w.-]+", name):
        raise ValueError(f"there is no model {name!r}: neither gpt, nor a folder, nor OWNER/NAME at the hub")
    try:
        return getattr(transformers, kind).from_pretrained(name, local_files_only=folder, **options)
    except (OSError, ValueError) as error:  # its messages have many lines, of which the first says what is the matter
        raise ValueError(f"the model {name} cannot be had: {str(error).strip().splitlines()[0]}") from None


def with_lora(model: TransformersModel, rank: int) -> TransformersModel:
    """The model, in which of now on only corrections of that rank learn: W becomes W + (α / rank) B A, with α = 2 rank.

    There is one for every linear layer but the last; B begins at 0, so the model is still the same. They are float32,
    whatever the model is: see the page on large models. Raises ImportError where `peft` is missing.
    """
    try:
        from peft import LoraConfig
    except ImportError:
        raise ImportError("LoRA needs peft: pip install 'attention-to-rlhf[transformers]'") from None
    model.model.add_adapter(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear"))
    for module in model.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            if parameter.requires_grad:
                parameter.data = parameter.data.float()
            else:
                delattr(module, name)
                module.register_buffer(name, parameter.data, persistent=False)
    return model.eval()


ALIVE: WeakValueDictionary[Hashable, TransformersModel] = WeakValueDictionary()
"""Models with LoRA, by where their published weights come from."""


def sharing(model: TransformersModel, origin: Hashable) -> TransformersModel:
    """The model, with the published weights of the first that came from the same place and is still alive."""
    first = ALIVE.setdefault(origin, model)
    for name, buffer in list(first.named_buffers()):
        module, _, last = name.rpartition(".")
        setattr(model.get_submodule(module), last, buffer)
    return model


@torch.no_grad()
def reorder_rows(model: PreTrainedModel, rows: Sequence[int]) -> None:
    """Let row i of the embeddings, and of the last layer, be what was row `rows[i]`; those not named are dropped."""
    read, written = cast(nn.Embedding, model.get_input_embeddings()), cast(nn.Linear, model.get_output_embeddings())
    tied = written.weight is read.weight
    order = torch.as_tensor(rows, device=read.weight.device)
    # A new layer, since the old one may know a row for padding, to which it gives no gradient.
    ours = nn.Embedding.from_pretrained(read.weight[order], freeze=False)
    model.set_input_embeddings(ours)
    written.weight = ours.weight if tied else nn.Parameter(written.weight[order])


def leading_pads(tokens: Tensor) -> Tensor | None:
    """How many PADs each text begins with, (batch,); None where no text does."""
    pads = (tokens == PAD).cumprod(dim=1).sum(dim=1)
    return pads if bool(pads.any()) else None


@torch.no_grad()
def reads_logits_from_stream(model: TransformersModel) -> bool:
    """Whether logits are the stream's products with the last layer's rows, and no bias, scale or cap comes after."""
    tokens = torch.arange(1, min(4, model.config.vocab_size), device=model.tokens.weight.device)[None]
    theirs = model.model(input_ids=tokens, use_cache=False).logits
    return torch.allclose(model(tokens), theirs, rtol=1e-2, atol=1e-2 * float(theirs.abs().max()))

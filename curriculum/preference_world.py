"""A small language, and a reader who likes some of its texts better than others.

The language has 32 tokens: PAD, BOS, EOS and 29 letters. Its texts are a Markov chain: each letter can be followed by
`SUCCESSORS` others, some more often than others, and with probability `END` the text ends instead. A prompt is BOS and
the first letters of a text; the completion is what follows, up to its EOS or to the end of the room, which some texts
fill without an EOS.

The reader's taste is the *gold reward* of a completion:

- each letter adds what it is worth to the reader, a number that may be negative, the first two times it occurs;
- a letter that the language does not put after the one before is a *slip*, and costs `SLIP`;
- from the third time on a letter adds nothing: it bores the reader, and the n-th time costs `BORED` · (n − 2).

Texts of the language have no slips and few letters three times. So whoever learns the taste from them learns what the
letters are worth and hardly anything of the rest; a text that is made only to please such a learner repeats the dearest
letters, and the reader dislikes it. That is what over-optimisation is about (Gao et al. 2023, "Scaling laws for reward
model overoptimization", where a large reward model plays the reader).

Nobody is told the gold reward. What can be had of the reader is a comparison of two texts, drawn from Bradley & Terry's
model (1952): the first is preferred with probability σ(gold(first) − gold(second)).

Symbols: `tokens` are int64 (batch, prompt_length + completion_length), with PAD behind the first EOS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from curriculum.sampling import LanguageModel, generate
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import BOS, EOS, PAD

VOCABULARY = ("<pad>", "<bos>", "<eos>", *"abcdefghijklmnopqrstuvwxyzäöü")
FIRST_LETTER = EOS + 1
LETTERS = len(VOCABULARY) - FIRST_LETTER
SUCCESSORS = 10
"""How many letters can follow a letter."""
END = 0.06
"""The probability that a text ends, at each letter of the completion."""
TASTE = 0.4
"""The standard deviation of what the letters are worth. Their mean is 0: length alone is worth nothing."""
SLIP, BORED = 1.0, 1.0
"""What a slip costs, and what the third occurrence of a letter; the fourth costs twice as much, and so on."""


@dataclass(frozen=True)
class PreferenceWorld:
    """One language and its reader. Another `seed` makes another language and another taste."""

    seed: int = 0
    prompt_length: int = 4
    completion_length: int = 16

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return VOCABULARY

    @cached_property
    def chain(self) -> Tensor:
        """The probability of each letter after each letter, (LETTERS, LETTERS); 0 where it cannot follow."""
        generator = torch.Generator().manual_seed(self.seed)
        order = torch.rand(LETTERS, LETTERS, generator=generator)
        order.fill_diagonal_(-1.0)  # no letter follows itself
        weights = torch.zeros(LETTERS, LETTERS)
        chosen = order.topk(SUCCESSORS).indices
        weights.scatter_(1, chosen, torch.rand(LETTERS, SUCCESSORS, generator=generator) + 0.2)
        return weights / weights.sum(dim=1, keepdim=True)

    @cached_property
    def worth(self) -> Tensor:
        """What each token adds to the gold reward, (vocab,); nothing for PAD, BOS and EOS."""
        generator = torch.Generator().manual_seed(self.seed + 1)
        drawn = torch.randn(LETTERS, generator=generator)
        worth = torch.zeros(len(VOCABULARY))
        worth[FIRST_LETTER:] = TASTE * (drawn - drawn.mean()) / drawn.std()
        return worth

    def prompts(self, batch: int, generator: torch.Generator | None = None) -> Tensor:
        """Fresh prompts, int64 (batch, prompt_length): BOS and the first letters of a text."""
        letters = [torch.randint(LETTERS, (batch,), generator=generator)]
        while len(letters) < self.prompt_length - 1:
            letters.append(self._following(letters[-1], generator))
        return torch.cat([torch.full((batch, 1), BOS), torch.stack(letters, dim=1) + FIRST_LETTER], dim=1)

    def demonstrations(self, prompts: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The prompts, each continued as the language does: int64 (batch, prompt_length + completion_length)."""
        batch = len(prompts)
        columns, ended = [prompts], torch.zeros(batch, dtype=torch.bool)
        letter = prompts[:, -1] - FIRST_LETTER
        for _ in range(self.completion_length):
            ends = torch.rand(batch, generator=generator) < END
            letter = self._following(letter, generator)
            token = torch.where(ends, EOS, letter + FIRST_LETTER)
            columns.append(torch.where(ended, PAD, token)[:, None])
            ended |= ends
        return torch.cat(columns, dim=1)

    def written(self, model: LanguageModel, prompts: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The prompts, each continued by a model: int64 (batch, prompt_length + completion_length)."""
        tokens = generate(model, prompts, self.completion_length, generator=generator)
        said = completion_mask(tokens, self.prompt_length, EOS)
        tokens[:, self.prompt_length :].masked_fill_(~said[:, self.prompt_length - 1 :], PAD)
        return tokens

    def _following(self, letters: Tensor, generator: torch.Generator | None) -> Tensor:
        return torch.multinomial(self.chain[letters], 1, generator=generator).squeeze(1)

    def gold(self, tokens: Tensor) -> Tensor:
        """The reader's reward of each completion, float32 (batch,): for the judge of a training, never for it."""
        device, tokens = tokens.device, tokens.cpu()
        mask = completion_mask(tokens, self.prompt_length, EOS)
        written, before = tokens[:, 1:], tokens[:, :-1]
        letters = mask & (written >= FIRST_LETTER)
        known = (before >= FIRST_LETTER) & letters
        can_follow = self.chain[(before - FIRST_LETTER).clamp(min=0), (written - FIRST_LETTER).clamp(min=0)] > 0
        # What is neither a letter nor the EOS that ends the text is a slip too.
        slips = mask & (written != EOS) & ~(known & can_follow)
        counts = torch.zeros(len(tokens), len(VOCABULARY)).scatter_add_(1, written, letters.float())
        worth = counts.clamp(max=2) @ self.worth
        extra = (counts - 2).clamp(min=0)
        bored = (extra * (extra + 1) / 2).sum(dim=1)  # 1 + 2 + … for the third, the fourth, …
        return (worth - SLIP * slips.sum(dim=1) - BORED * bored).to(device)

    def prefers(self, first: Tensor, second: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Whether the reader prefers the first text of each pair, bool (batch,): a draw, not a verdict."""
        probability = torch.sigmoid(self.gold(first) - self.gold(second))
        return torch.rand(len(first), generator=generator).to(first.device) < probability

    def decode(self, tokens: Tensor) -> str:
        """One text, its letters side by side; an EOS shows as a full stop."""
        shown = {PAD: "", BOS: "", EOS: "."}
        return "".join(shown.get(token, VOCABULARY[token]) for token in tokens.tolist())

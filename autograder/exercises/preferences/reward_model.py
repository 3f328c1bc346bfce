"""Judgement of `preferences.reward_model`: a model's stream, a head that is 0 at first, and the last token's score.

The model is the judge's: its stream at a position is a tanh of the mean of all that stands up to it. The oracle reads
one text at a time, up to its last token, in double precision, and knows the gradients by the chain rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Remote, Submission

from .inputs import SINGLE, numbers
from .last_token import places

reward_model = Judgement(
    "preferences.reward_model",
    hints=(
        "What does a `nn.Module` have to do so that its parts' weights are among its own `parameters()`? Where in "
        "`__init__` does `super().__init__()` stand?",
        "`model.hidden(tokens)` has a vector for each position. A layer from d_model numbers to one makes a score of "
        "each, (batch, time, 1). Which axis is to go?",
        "`nn.init.zeros_` sets a tensor to 0. Both the weight and the bias of the head have one.",
        "`last_token_scores(scores, tokens, self.pad)` does the rest. The stream may be in bfloat16: `.float()` before "
        "the head.",
    ),
)
NAME = "RewardModel"
VOCAB, WIDTH = 7, 5
BROUGHT = """
import torch
from types import SimpleNamespace
from torch import nn

class Model(nn.Module):
    def __init__(self, embedding, dtype):
        super().__init__()
        vocab, width = embedding.shape
        self.config = SimpleNamespace(d_model=width, vocab_size=vocab)
        self.tokens = nn.Embedding(vocab, width)
        self.tokens.weight.data = embedding.clone()
        self.to(getattr(torch, dtype))

    def hidden(self, tokens, cache=None):
        seen = torch.arange(1, tokens.shape[1] + 1)[:, None]
        return torch.tanh(self.tokens(tokens).cumsum(1) / seen)

    def forward(self, tokens, cache=None):
        return self.hidden(tokens) @ self.tokens.weight.T
"""


class Case:
    """A model with its reward model, texts with pads, and a head that has learned something."""

    def __init__(
        self, s: Submission, rng: np.random.Generator, dtype: torch.dtype = SINGLE, pad: int | None = None
    ) -> None:
        self.pad = pad or 0
        self.embedding = (1.5 * numbers(rng, VOCAB, WIDTH)).to(dtype).float()
        self.weight, self.bias = numbers(rng, 1, WIDTH), numbers(rng, 1)
        self.tokens = drawn_texts(rng, self.pad)
        brought = s.bring(BROUGHT, "Model")
        self.model: Remote = brought.build("", self.embedding, str(dtype).removeprefix("torch."))
        self.rewards: Remote = s.build(NAME, self.model, **({} if pad is None else {"pad": pad}))

    def set_head(self) -> None:
        for name, value in (("head.weight", self.weight), ("head.bias", self.bias)):
            self.rewards.build("get_parameter", name).assign(value)

    def streams(self) -> list[np.ndarray]:
        """At the last token of each text, in double precision."""
        table = self.embedding.double().numpy()
        return [
            np.tanh(table[self.tokens[text, : column + 1].numpy()].mean(axis=0))
            for text, column in enumerate(places(self.tokens, self.pad))
        ]

    def right(self) -> np.ndarray:
        weight, bias = self.weight.double().numpy()[0], float(self.bias[0])
        return np.array([float(stream @ weight) + bias for stream in self.streams()])

    def slopes(self, cotangent: Tensor) -> dict[str, np.ndarray]:
        """The gradient of Σ cotangent · score by head and embedding, by the chain rule."""
        weight, embedding = np.zeros((1, WIDTH)), np.zeros((VOCAB, WIDTH))
        ends = zip(places(self.tokens, self.pad), self.streams(), cotangent.tolist(), strict=True)
        for text, (column, stream, slope) in enumerate(ends):
            weight[0] += slope * stream
            inner = slope * self.weight.double().numpy()[0] * (1.0 - stream**2)
            for token in self.tokens[text, : column + 1].tolist():
                embedding[token] += inner / (column + 1)
        return {"head.weight": weight, "head.bias": np.array([float(cotangent.sum())]), "embedding": embedding}

    def parameter(self, name: str) -> Remote:
        if name == "embedding":
            return self.model.build("get_parameter", "tokens.weight")
        return self.rewards.build("get_parameter", name)


def drawn_texts(rng: np.random.Generator, pad: int) -> Tensor:
    """Texts of unequal lengths with the pad behind, one without a pad."""
    tokens = torch.from_numpy(rng.integers(0, VOCAB - 1, size=(5, 7)))
    tokens += tokens >= pad
    for row, length in enumerate(rng.permutation([1, 3, 4, 6, 7]).tolist()):
        tokens[row, length:] = pad
    return tokens


@reward_model.check()
def prefers_none_at_first(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A fresh reward model scores every text 0: its head is an `nn.Linear` from d_model numbers to one, all 0."""
    case = Case(s, rng)
    got = case.rewards.call("", case.tokens)
    yield same_type("the scores of a fresh reward model", got, torch.zeros(len(case.tokens)))
    text = "a fresh reward model gives texts other scores than 0"
    yield holds("the scores of a fresh reward model are 0", not bool(got.any()), text)
    for name, like in (("head.weight", case.weight), ("head.bias", case.bias)):
        fresh = case.parameter(name).fetch()
        yield same_type(name, fresh, like)
        yield close(f"{name} at first", fresh, np.zeros(tuple(like.shape)))


@reward_model.check(weight=3)
def scores_the_whole_text(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The score is head · stream + bias at the last token that is no pad."""
    for where, pad in (("", None), (" with another pad", int(rng.integers(1, VOCAB)))):
        case = Case(s, rng, pad=pad)
        case.set_head()
        got = case.rewards.call("", case.tokens)
        yield same_type(f"the scores{where}", got, torch.zeros(len(case.tokens)))
        yield close(f"the scores{where}", got, case.right(), roundings=64, magnitude=10.0, precision=SINGLE)


@reward_model.check()
def knows_no_other_text(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """More pads behind, or other texts beside it, do not change a text's score."""
    case = Case(s, rng)
    case.set_head()
    longer = torch.cat([case.tokens, torch.zeros(len(case.tokens), 3, dtype=torch.int64)], dim=1)
    got = case.rewards.call("", longer)
    yield close("the scores with more pads", got, case.right(), roundings=64, magnitude=10.0, precision=SINGLE)
    one = int(rng.integers(len(longer)))
    got, expected = case.rewards.call("", longer[one : one + 1]), case.right()[one : one + 1]
    yield close("the score of a text alone", got, expected, roundings=64, magnitude=10.0, precision=SINGLE)


@reward_model.check(weight=2)
def learns_as_a_whole(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient goes to the head and, through it, to the model, the very one that came, not a copy."""
    case = Case(s, rng)
    case.set_head()
    cotangent = numbers(rng, len(case.tokens))
    case.rewards.build("", case.tokens).tell("backward", cotangent)
    for name, expected in case.slopes(cotangent).items():
        got = case.parameter(name).get("grad")
        yield close(f"the gradient of {name}", got, expected, roundings=64, magnitude=10.0, precision=SINGLE)


@reward_model.check(weight=2)
def hands_out_all_it_learns(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An optimizer of its `parameters()` moves the head and the model, and the scores with them."""
    case = Case(s, rng)
    case.set_head()
    cotangent = numbers(rng, len(case.tokens))
    optimizer = s.library("torch.optim").build("SGD", case.rewards.build("parameters"), lr=0.5)
    case.rewards.build("", case.tokens).tell("backward", cotangent)
    optimizer.tell("step")
    slopes = {name: torch.from_numpy(slope) for name, slope in case.slopes(cotangent).items()}
    case.weight = case.weight - 0.5 * slopes["head.weight"]
    case.bias = case.bias - 0.5 * slopes["head.bias"]
    case.embedding = case.embedding - 0.5 * slopes["embedding"]
    got = case.rewards.call("", case.tokens)
    yield close("the scores after a step", got, case.right(), roundings=64, magnitude=10.0, precision=SINGLE)
    after = {"head.weight": case.weight, "head.bias": case.bias, "embedding": case.embedding}
    for name, expected in after.items():
        got = case.parameter(name).fetch()
        yield close(f"{name} after a step", got, expected, roundings=64, magnitude=10.0, precision=SINGLE)


@reward_model.check()
def scores_in_single_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a model in bfloat16 the head and the scores are float32; the tokens are not changed."""
    case = Case(s, rng, torch.bfloat16)
    case.set_head()
    tokens = s.hold(case.tokens)
    got = case.rewards.call("", tokens)
    # Which digits are lost depends on the order of the sums, and the dtype may be mended at the end.
    coarse = isinstance(got, Tensor) and bool((got == got.bfloat16()).all())
    yield holds(
        "the digits of the scores", not coarse, "with a model in bfloat16 the scores have no more digits than it"
    )
    yield same_type("the scores of a model in bfloat16", got, torch.zeros(len(case.tokens)))
    stream = case.model.call("hidden", case.tokens).double().numpy()
    last = stream[np.arange(len(stream)), places(case.tokens, 0)]
    expected = last @ case.weight.double().numpy()[0] + float(case.bias[0])
    yield close("the scores of a model in bfloat16", got, expected, roundings=64, magnitude=10.0, precision=SINGLE)
    yield identical("the tokens", tokens.fetch(), case.tokens, "the tokens were changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    reward_model.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    reward_model.another_form(identity, edits=edits, source=source)


ZEROS = "nn.init.zeros_(self.head.weight)\n        nn.init.zeros_(self.head.bias)"
SCORES = "scores = self.head(self.model.hidden(tokens).float()).squeeze(-1)"
RESULT = "return last_token_scores(scores, tokens, self.pad)"

mistake(
    "random_head",
    "The head begins with random weights: before it has learned anything the reward model prefers some texts, and its "
    "loss does not begin at ln 2.",
    "What should a model say of two texts before it has seen a single comparison?",
    (ZEROS, "pass"),
)
also("random_head", (ZEROS, "nn.init.zeros_(self.head.bias)"))
also("random_head", (ZEROS, "nn.init.zeros_(self.head.weight)"))
mistake(
    "last_column",
    "The score is read in the last column, where shorter texts have pads.",
    "What does the score of a text have to do with the length of another one?",
    (RESULT, "return scores[:, -1]"),
)
mistake(
    "pad_forgotten",
    "Token 0 counts as the pad, whatever `pad` was given.",
    "Where in the object is it kept which number the pad has?",
    ("tokens, self.pad)", "tokens, 0)"),
)
also("pad_forgotten", (RESULT, "return scores.gather(1, (tokens != 0).sum(1, keepdim=True) - 1).squeeze(1)"))
mistake(
    "mean_over_the_text",
    "The scores of all tokens are averaged, those of unfinished texts among them.",
    "At which position has the model read the whole text?",
    (RESULT, "kept = tokens != self.pad\n        return (scores * kept).sum(1) / kept.sum(1)"),
)
mistake(
    "model_frozen",
    "No gradient reaches the model: only the head learns, from a stream that was made for another purpose.",
    "Which weights should learn from comparisons: the head's alone?",
    ("self.model.hidden(tokens).float()", "self.model.hidden(tokens).detach().float()"),
)
mistake(
    "head_from_logits",
    "The head reads the logits, not the stream they are made of.",
    "What does `hidden` give, and how wide is it?",
    ("nn.Linear(model.config.d_model, 1,", "nn.Linear(model.config.vocab_size, 1,"),
    ("self.model.hidden(tokens)", "self.model(tokens)"),
)
mistake(
    "a_copy_learns",
    "The model is copied: the copy learns, and the one that came stays as it was.",
    "Which object does `copy.deepcopy` return?",
    ("self.model, self.pad = model, pad", "import copy\n        self.model, self.pad = copy.deepcopy(model), pad"),
)
mistake(
    "model_not_registered",
    "The model is hidden from `nn.Module`, in a list: its weights are not among the `parameters()`, so no optimizer "
    "moves them.",
    "How does a module find the parameters of its parts?",
    ("self.model, self.pad = model, pad", "self.parts, self.pad = [model], pad"),
    ("self.model.hidden", "self.parts[0].hidden"),
)
mistake(
    "scores_in_bfloat16",
    "The scores are computed in the dtype of the stream. In bfloat16 two good texts differ by less than a rounding.",
    "How many digits does bfloat16 have, and what is the loss a function of?",
    ("device=next(model.parameters()).device", "dtype=next(model.parameters()).dtype"),
    (".float()", ""),
)
mistake(
    "squashed",
    "The score is squashed into (0, 1). The Bradley–Terry loss has a σ of its own, for the difference.",
    "How far apart can two scores be, if both lie in (0, 1)? How sure can the model be then?",
    (RESULT, RESULT + ".sigmoid()"),
)
also("squashed", (RESULT, RESULT + ".tanh()"))
mistake(
    "no_bias",
    "The head has no bias.",
    "What does `bias=False` leave out, and what is asked for?",
    ("1, device=", "1, bias=False, device="),
    (ZEROS, "nn.init.zeros_(self.head.weight)"),
)
mistake(
    "one_axis_too_many",
    "The scores have an axis of size 1 behind: (batch, 1) minus (batch,) is (batch, batch).",
    "What shape has the difference of a tensor (3, 1) and one of (3,)?",
    (RESULT, RESULT + "[:, None]"),
)

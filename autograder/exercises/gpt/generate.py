"""Judgement of `gpt.generate`: a text grows token by token, and with a cache the model reads each token once.

The model lives with the judge, and counts there what it is made to read. Its logits depend on every token before and on
their order, so that a token which is left out, read twice or read from the wrong place changes what follows. They are
the same SHARES at each step, given to the tokens in another order: temperature 0 leaves one right continuation, and
other temperatures one law for the ranks of the tokens drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical, raises
from autograder.submission import Submission

from .sample_token import SHARES, follows

generate = Judgement(
    "gpt.generate",
    hints=(
        "One turn of the loop: the model reads, the last position's logits give a token, the token joins the text. "
        "What must the model read in the first turn, and what in the second, with a cache and without?",
        "Keep two tensors: the text so far, and the part of it that the model has not read. At first both are the "
        "prompt.",
        "`model(unread, cache)` gives logits (batch, time, vocab). Only `[:, -1]` is about the token that comes next.",
        "After each draw: `tokens = torch.cat([tokens, drawn[:, None]], 1)`. With a cache the token drawn is all "
        "that is unread; without one the whole text is.",
    ),
)
NAME = "generate"
STATES = 1009


class Model:
    """A language model whose state is a number made of all tokens so far; it remembers what it was made to read."""

    def __init__(self, rng: np.random.Generator, batch: int, context: int = 64) -> None:
        self.batch, self.context = batch, context
        self.ranks = rng.permuted(np.tile(np.arange(len(SHARES)), (STATES, 1)), axis=-1)
        """(states, vocab): how likely each token is next, 0 for the likeliest."""
        self.caches: list[tuple[np.ndarray, int]] = []
        """For each cache, the states of its sequences and the tokens read. The submission holds its number, from 1."""
        self.read = 0
        """How many tokens were read in all, each sequence's counted."""
        self.cached_calls: list[bool] = []

    def new_cache(self, batch: int) -> int:
        self.caches.append((np.zeros(batch, dtype=np.int64), 0))
        return len(self.caches)

    def __call__(self, tokens: Any, cache: Any = None) -> torch.Tensor:
        if (
            not isinstance(tokens, torch.Tensor)
            or tokens.dtype != torch.int64
            or tokens.ndim != 2
            or not tokens.numel()
        ):
            raise ValueError("the model takes int64 tokens (batch, time)")
        if cache is not None and cache not in range(1, len(self.caches) + 1):
            raise ValueError("the cache is neither None nor what new_cache returned")
        if len(tokens) != self.batch:
            raise ValueError(f"{len(tokens)} sequences, where all {self.batch} are to be read together")
        before, past = (np.zeros(len(tokens), dtype=np.int64), 0) if cache is None else self.caches[cache - 1]
        if len(before) != len(tokens):
            raise RuntimeError(f"the cache is for {len(before)} sequences, and there are {len(tokens)}")
        if past + tokens.shape[1] > self.context:
            raise ValueError(f"a text of {past + tokens.shape[1]} tokens is longer than the context, {self.context}")
        self.read += tokens.numel()
        self.cached_calls.append(cache is not None)
        states = self.states(tokens.numpy(), before)
        if cache is not None:
            self.caches[cache - 1] = (states[:, -1], past + tokens.shape[1])
        return torch.from_numpy(np.log(SHARES)[self.ranks[states]]).float()

    def states(self, tokens: np.ndarray, before: Any = 0) -> np.ndarray:
        """(batch, time): the state after each token."""
        states = []
        for token in tokens.T:
            before = (31 * before + token + 1) % STATES
            states.append(before)
        return np.stack(states, axis=1)

    def likeliest(self, prompt: torch.Tensor, new_tokens: int) -> torch.Tensor:
        """The prompt continued by the likeliest token each time."""
        tokens = prompt.numpy()
        for _ in range(new_tokens):
            after = self.ranks[self.states(tokens)[:, -1]].argmin(axis=-1)
            tokens = np.concatenate([tokens, after[:, None]], axis=1)
        return torch.from_numpy(tokens)


def asked(s: Submission, model: Model, prompt: Any, new_tokens: int, **options: Any) -> Any:
    return s.call(NAME, s.lend(model, "__call__", "new_cache"), prompt, new_tokens, **options)


def draw(rng: np.random.Generator, batch: int, time: int) -> torch.Tensor:
    return torch.from_numpy(rng.integers(0, len(SHARES), (batch, time)))


def continues(where: str, got: Any, prompt: torch.Tensor, new_tokens: int) -> Iterator[Observation]:
    """Whether the result is the prompt with tokens of the vocabulary behind it."""
    tensor = isinstance(got, torch.Tensor) and got.dtype == torch.int64
    yield holds(f"the dtype {where}", tensor, "the result is not an int64 tensor")
    shape = [len(prompt), prompt.shape[1] + new_tokens]
    text = f"the result {where} has shape {tuple(got.shape)}, not (batch, time + new_tokens) = {tuple(shape)}"
    yield identical(f"the shape {where}", list(got.shape), shape, text)
    beginning = f"the result {where} does not begin with the prompt"
    yield holds(f"the beginning {where}", torch.equal(got[:, : prompt.shape[1]], prompt), beginning)
    inside = bool(((got >= 0) & (got < len(SHARES))).all())
    yield holds(f"the range {where}", inside, f"{where}, a token lies outside the vocabulary")


def is_likeliest(where: str, got: Any, model: Model, prompt: torch.Tensor, new_tokens: int) -> Iterator[Observation]:
    yield from continues(where, got, prompt, new_tokens)
    problem = f"the tokens {where} are not the likeliest after all that came before them"
    yield identical(f"the tokens {where}", got, model.likeliest(prompt, new_tokens), problem)


@generate.check(weight=2)
def continues_with_the_likeliest(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At temperature 0 each new token is the likeliest after the whole text before it, with the cache."""
    for batch, time, new_tokens in ((3, 4, 5), (1, 1, 4), (2, 6, 2)):
        model, prompt = Model(rng, batch), draw(rng, batch, time)
        got = asked(s, model, prompt, new_tokens, temperature=0.0)
        yield from is_likeliest(f"after a prompt of {time}", got, model, prompt, new_tokens)


@generate.check()
def is_the_same_without_the_cache(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without the cache the text is the same: the likeliest after the whole text before it."""
    for batch, time, new_tokens in ((3, 4, 4), (1, 1, 3)):
        model, prompt = Model(rng, batch), draw(rng, batch, time)
        got = asked(s, model, prompt, new_tokens, temperature=0.0, use_cache=False)
        yield from is_likeliest(f"without the cache, after {time}", got, model, prompt, new_tokens)


@generate.check(weight=2)
def reads_each_token_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With the cache, which is the default, the model reads each token once; the last one drawn need not be read."""
    for time, new_tokens in ((5, 4), (1, 3), (7, 1)):
        model = Model(rng, 2)
        asked(s, model, draw(rng, 2, time), new_tokens)
        least, most = 2 * (time + new_tokens - 1), 2 * (time + new_tokens)
        yield holds("calls", bool(model.cached_calls), "the model is never called")
        without = model.cached_calls.count(False)
        yield identical("the calls without a cache", without, 0, f"{without} calls of the model come without a cache")
        right = least <= model.read <= most
        problem = f"of 2 texts of {time + new_tokens} tokens each, the model reads {model.read} tokens, not {least}"
        yield identical("the tokens read", least if right else model.read, least, problem)


@generate.check()
def reads_the_whole_text_without_the_cache(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without the cache, the model reads the whole text once for each new token."""
    for time, new_tokens in ((4, 3), (1, 2)):
        model = Model(rng, 2)
        asked(s, model, draw(rng, 2, time), new_tokens, use_cache=False)
        cached = sum(model.cached_calls)
        yield identical("the calls with a cache", cached, 0, f"{cached} calls come with a cache, where none is wanted")
        whole = 2 * sum(range(time, time + new_tokens))
        problem = (
            f"the model reads {model.read} tokens for {new_tokens} new ones after 2 prompts of {time}, not {whole}"
        )
        yield identical("the tokens read", model.read, whole, problem)


@generate.check()
def draws_as_it_is_told(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each new token is drawn at the temperature asked for, by default 1, and after top_k and top_p."""
    batch, time, new_tokens = 200, 3, 6
    for where, options, exponent, kept in (
        ("by default", {}, 1.0, 5),
        ("without the cache", {"use_cache": False}, 1.0, 5),
        ("at temperature 4", {"temperature": 4.0}, 0.25, 5),
        ("with top_k = 3", {"top_k": 3}, 1.0, 3),
        ("with top_p = 0.75", {"top_p": 0.75}, 1.0, 3),
        ("at temperature 4 with top_k = 4 and top_p = 0.5", {"temperature": 4.0, "top_k": 4, "top_p": 0.5}, 0.25, 2),
    ):
        model, prompt = Model(rng, batch), draw(rng, batch, time)
        got = asked(s, model, prompt, new_tokens, **options)
        yield from continues(where, got, prompt, new_tokens)
        new, ranks = got[:, time:], model.ranks[model.states(got.numpy())[:, time - 1 : -1]]
        shared = bool((new == new[:1]).all())
        yield holds(f"the rows {where}", not shared, "all sequences of the batch get the same tokens")
        shares = np.where(np.arange(len(SHARES)) < kept, SHARES**exponent, 0.0)
        yield from follows(where, new, ranks, shares)


@generate.check()
def draws_anew_for_each_row_and_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Sequences with the same prompt go apart, and one step's draw says nothing about the next."""
    rows, time = 1000, 2
    model, prompt = Model(rng, rows), draw(rng, 1, time).expand(rows, time).contiguous()
    got = asked(s, model, prompt, 2)
    yield from continues("after equal prompts", got, prompt, 2)
    ranks = model.ranks[model.states(got.numpy())[:, time - 1 : -1]]  # (batch, step, vocab)
    drawn = np.take_along_axis(ranks, got[:, time:, None].numpy(), axis=-1)[..., 0]
    alike = float((SHARES**2).sum())
    pairs = int((drawn[::2, 0] == drawn[1::2, 0]).sum())
    yield frequency("the share of neighbouring rows with the same first token", pairs, rows // 2, alike)
    steps = int((drawn[:, 0] == drawn[:, 1]).sum())
    yield frequency("the share of rows that draw the same rank twice", steps, rows, alike)


@generate.check()
def draws_from_the_generator(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A generator decides the text: in the same state it gives the same one, and each step moves it on."""
    model, prompt = Model(rng, 20), draw(rng, 20, 3)
    generator, seed = s.library("torch").build("Generator"), int(rng.integers(1 << 40))
    texts = []
    for number in range(3):
        if number != 1:
            generator.tell("manual_seed", seed)
        texts.append(asked(s, model, prompt, 4, generator=generator))
        yield from continues("with a generator", texts[-1], prompt, 4)
    first, second, again = texts
    problem = "two texts differ, although their generators were in the same state"
    yield holds("the text from the same state", torch.equal(again, first), problem)
    yield holds("the next text", not torch.equal(first, second), "one generator gives the same text twice in a row")


@generate.check()
def stops_and_starts_where_it_should(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """new_tokens may be 0, the prompt stays as it is, and what the model raises reaches the caller."""
    model, prompt = Model(rng, 3), draw(rng, 3, 4)
    for use_cache in (True, False):
        got = asked(s, model, prompt, 0, use_cache=use_cache)
        yield from continues("of 0 new tokens", got, prompt, 0)
        held = s.hold(prompt)
        got = asked(s, model, held, 2, temperature=0.0, use_cache=use_cache)
        yield from is_likeliest("of 2 new tokens", got, model, prompt, 2)
        yield identical("the prompt", held.fetch(), prompt, "the prompt was changed")
        call = partial(asked, s, Model(rng, 3, context=8), prompt, 8, use_cache=use_cache)
        yield raises("a text longer than the model's context", call, "ValueError")


UNREAD = "unread = tokens if cache is None else drawn"
CACHE = "model.new_cache(len(prompt)) if use_cache else None"
OPTIONS = "temperature, top_k, top_p, generator"
SAMPLE = f"sample_token(logits, {OPTIONS})[:, None]"

generate.misconception(
    "rereads_the_text",
    edit=(UNREAD, "unread = tokens"),
    message="With the cache the whole text is read again for each new token; the cache then holds it twice and more.",
    question="Which tokens does the cache know already when the second new token is to be drawn?",
)
generate.misconception(
    "forgets_the_text_without_a_cache",
    edit=(UNREAD, "unread = drawn"),
    message="Without the cache the model reads only the last token: it has forgotten what came before.",
    question="Where does a model without a cache find the tokens that it read a step ago?",
)
generate.misconception(
    "reads_the_first_position",
    edit=("(unread, cache)[:, -1]", "(unread, cache)[:, 0]"),
    message="The next token is drawn from the logits of the first position, which say what follows the first token.",
    question="What are the logits at position t about?",
)
generate.misconception(
    "averages_the_positions",
    edit=("(unread, cache)[:, -1]", "(unread, cache).mean(dim=1)"),
    message="The logits of all positions are averaged; only those of the last are about the token that comes next.",
    question="What are the logits at position t about?",
)
generate.misconception(
    "drops_the_prompt",
    edit=("    return tokens", "    return tokens[:, prompt.shape[1] :]"),
    message="Only the new tokens are returned, where the prompt and its continuation were asked for.",
    question="Which shape should the result have?",
)
generate.misconception(
    "new_tokens_as_the_whole_length",
    edit=("range(new_tokens)", "range(new_tokens - prompt.shape[1])"),
    message="new_tokens is taken for the length of the whole result, the prompt included.",
    question="A prompt of 4 tokens is to grow by 6. How long is the result?",
)
generate.misconception(
    "one_token_too_few",
    edit=("range(new_tokens)", "range(new_tokens - 1)"),
    message="One token too few is made.",
    question="How many tokens does each turn of the loop add, and how many turns are there?",
)
generate.misconception(
    "one_token_too_many",
    edit=("range(new_tokens)", "range(new_tokens + 1)"),
    message="One token too many is made.",
    question="How many tokens does each turn of the loop add, and how many turns are there?",
)
generate.misconception(
    "cache_never_passed",
    edit=("model(unread, cache)", "model(unread)"),
    message="A cache is made but never given to the model, which therefore sees one token at a time.",
    question="How does the model get to know the keys and values of the tokens it has read?",
)
generate.misconception(
    "a_new_cache_for_each_step",
    edit=("model(unread, cache)", "model(unread, model.new_cache(len(prompt)) if use_cache else None)"),
    message="Each step starts with an empty cache, so nothing is known of the steps before.",
    question="How long must a cache live to be of use?",
)
generate.misconception(
    "one_cache_entry_for_the_batch",
    edit=("new_cache(len(prompt))", "new_cache(1)"),
    message="The cache is made for one sequence, and the batch has more.",
    question="What does the argument of new_cache count?",
)
generate.another_form("one_cache_entry_for_the_batch", edit=("new_cache(len(prompt))", "new_cache(prompt.shape[1])"))
generate.misconception(
    "caches_unasked",
    edit=(CACHE, "model.new_cache(len(prompt))"),
    message="A cache is used even where use_cache is False.",
    question="What should differ between the two settings: the text, or what the model reads?",
)
generate.misconception(
    "never_caches",
    edit=(CACHE, "None"),
    message="No cache is ever used, so the model reads the whole text again for each token.",
    question="How many tokens does the model read for 100 new ones, with a cache and without?",
)
generate.misconception(
    "reads_the_end_of_the_prompt_only",
    edit=("tokens, unread = prompt, prompt", "tokens, unread = prompt, prompt[:, -1:]"),
    message="In the first step the model reads only the last token of the prompt.",
    question="What is in the cache before anything was read?",
)
generate.misconception(
    "reads_the_last_token_twice",
    edit=(UNREAD, "unread = tokens if cache is None else tokens[:, -2:]"),
    message="After the first step two tokens are read at a time, and one of them is in the cache already.",
    question="Which tokens have joined the text since the model read last?",
)
generate.misconception(
    "one_draw_for_the_batch",
    edit=(SAMPLE, f"sample_token(logits[:1], {OPTIONS}).expand(len(prompt))[:, None]"),
    message="One token is drawn from the first sequence's logits and given to all.",
    question="How many different continuations should a batch of eight prompts have?",
)
generate.misconception(
    "always_the_likeliest",
    edit=(SAMPLE, "logits.argmax(dim=-1)[:, None]"),
    message="The likeliest token is taken whatever the temperature.",
    question="What is the temperature passed on to?",
)
generate.misconception(
    "ignores_the_temperature",
    edit=("sample_token(logits, temperature,", "sample_token(logits, 1.0,"),
    message="The temperature is not passed on, so every draw is made at temperature 1.",
    question="Which tokens should a temperature of 0 give?",
)
generate.misconception(
    "ignores_the_filters",
    edit=(OPTIONS, "temperature, generator=generator"),
    message="top_k and top_p are not passed on, so unlikely tokens are drawn too.",
    question="What should top_k = 1 have in common with temperature 0?",
)
generate.another_form("ignores_the_filters", edit=(OPTIONS, "temperature, top_k, generator=generator"))
generate.another_form("ignores_the_filters", edit=(OPTIONS, "temperature, None, top_p, generator"))
generate.misconception(
    "ignores_the_generator",
    edit=(OPTIONS, "temperature, top_k, top_p"),
    message="The generator is not passed on, so a text cannot be made again.",
    question="Where does `sample_token` take its random numbers from when it is given no generator?",
)
generate.misconception(
    "one_sequence_at_a_time",
    source="""
together = generate


def generate(model, prompt, *args, **kwargs):
    return torch.cat([together(model, row[None], *args, **kwargs) for row in prompt])
""",
    message="The sequences are continued one after the other, where the model reads the whole batch in one call.",
    question="Which axis of the tokens lets one call of the model serve many sequences?",
)
generate.misconception(
    "puts_new_tokens_in_front",
    edit=("[tokens, drawn]", "[drawn, tokens]"),
    message="New tokens are put in front of the text.",
    question="In which order does a reader meet the prompt and its continuation?",
)

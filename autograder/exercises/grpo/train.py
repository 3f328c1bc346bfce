"""Judgement of `grpo.train`: GRPO from prompts to an updated policy, in environments that live with the judge.

The texts are the submission's own draws. What an update should make of them is known exactly once they are shown, so
all but the last check compare numbers. There the policy has to learn a code that is drawn anew for each judgement, and
the judge has it write again, for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical
from autograder.submission import Submission

from .train_case import Environment, Run, clear_of_edges
from .train_misconceptions import add_misconceptions

train = Judgement(
    "grpo.train",
    hints=(
        "One update: ask for prompts, write a group for each, have all rewarded, compare, and make a few steps. Which "
        "of these belong inside the loop over steps, and which two sets of log-probs must not change in it?",
        "`repeat_interleave(group, dim=0)` puts the copies of a prompt side by side, where grpo_advantages expects "
        "them. Repeat the *prompts*: the texts of a group are drawn one by one.",
        "The start is a copy made before the first update: `copy.deepcopy(model).eval()`. Its log-probs and the old "
        "ones are computed once for each batch, under `torch.no_grad()`.",
        "In the loop over steps: log-probs of the model as it is now, `grpo.grpo_loss(log_probs, old_log_probs, "
        "advantages, mask, ref_log_probs=…, kl_coef=kl_coef)`, zero_grad, backward, step.",
        "For the log: rewards.mean(), the share of rows of rewards.reshape(prompts, group) whose entries all equal the "
        "first, the sums of old − start log-probs over kept tokens, averaged over texts, and the last loss.",
    ),
)
SHARES = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
LEAST_CHANCE = -25.0
"""The log of the chance that a right solution's draws look as they must not: Markov's inequality, as below."""


def tried(s: Submission, rng: np.random.Generator, updates: int, **sizes: Any) -> Run:
    """One run of the submission, of which all but `sizes` is drawn."""
    return Run(rng, updates, **sizes).carried_out(s)


@train.check(weight=3)
def updates_as_defined(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After each number of updates and steps the policy is what GRPO makes of the texts that were rewarded."""
    for updates, steps in ((1, 1), (1, None), (3, 2), (2, 4)):
        run = clear_of_edges(partial(tried, s, rng, updates, steps=steps))
        yield from run.compared_tables(f"after {updates} updates")
    run = clear_of_edges(lambda: Run(rng, prompts=1, group=4).carried_out(s))
    yield from run.compared_tables("from one prompt")
    run = clear_of_edges(lambda: Run(rng, prompts=5, group=2).carried_out(s, torch.float32))
    yield from run.compared_tables("in float32")


@train.check(weight=2)
def stays_near_its_start(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With kl_coef each step pays for the distance from the policy as it came, not as it was a batch ago."""
    for updates, steps, kl_coef in ((1, 3, 0.8), (3, 1, 0.8), (3, 2, 0.3)):
        run = clear_of_edges(partial(tried, s, rng, updates, steps=steps, kl_coef=kl_coef))
        yield from run.compared_tables(f"with kl_coef = {kl_coef}")


@train.check()
def starts_from_nothing_but_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients that the parameters hold at the start have no influence."""
    run = clear_of_edges(lambda: Run(rng).carried_out(s, prepare="stale gradients"))
    yield from run.compared_tables("of a policy with old gradients")


@train.check()
def writes_and_scores_in_evaluation_mode(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The policy is called in evaluation mode only, although it comes in training mode."""
    run = Run(rng).carried_out(s)
    yield holds("calls", bool(run.modes), "the policy is never called")
    yield identical("the calls in training mode", sum(run.modes), 0, "the policy is called in training mode")


@train.check()
def asks_once_for_each_update(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each update asks for `prompts` fresh prompts, writes a group after each, and has all rewarded, once."""
    for updates, prompts, group, steps in ((3, 4, 2, 2), (0, 3, 3, 2), (1, 2, 5, 3)):
        run = Run(rng, updates, prompts, group, steps=steps).carried_out(s)
        yield from run.environment.seen(updates, prompts)


@train.check(weight=2)
def tells_what_happened(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The log has each update's mean reward, share of silent groups, distance of the texts, and last loss."""
    for updates, kl_coef in ((3, 0.0), (2, 0.5)):
        run = clear_of_edges(partial(tried, s, rng, updates, prompts=4, kl_coef=kl_coef))
        yield from run.compared_log()


def log_chance(run: Run) -> Iterator[float]:
    """For each update, the log of a bound on the chance of texts as unlikely, or as likely, as those shown.

    π(token)^(−s) / Σ π^(1 − s) has mean 1 when the token is drawn from π, and so has the product over all tokens: it
    exceeds x with probability at most 1/x (Markov). Tokens behind an eos count too, they were drawn like the others.
    """
    for (tables, _, _), tokens in zip(run.replayed(), run.environment.shown, strict=True):
        logs = {0.5: 0.0, -0.5: 0.0}
        for row in tokens.numpy():
            for t in range(run.prompt - 1, len(row) - 1):
                log_p = run.log_distribution(tables, row, t)
                for s in logs:
                    logs[s] += float(np.log(np.exp((1 - s) * log_p).sum()) + s * log_p[row[t + 1]])
        yield min(logs.values())


@train.check(weight=3)
def writes_as_the_policy_would(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Texts are drawn at temperature 1 from the policy as it is at that update, those of a group each by itself."""
    run = Run(rng, updates=3, prompts=125, group=4, steps=1, rate=0.0)
    run.vocab, ranks = len(SHARES), rng.permuted(np.tile(np.arange(len(SHARES)), (len(SHARES), 1)), axis=-1)
    run.environment.vocab, run.eos = run.vocab, 0
    run.start["follows"] = np.log(SHARES)[ranks]
    run.start["place"] = np.zeros((run.prompt + run.written, run.vocab))
    run.start["reads"] = np.zeros((run.vocab, run.vocab))
    shown = run.carried_out(s).environment.shown
    yield from run.environment.seen(3, 125)
    texts = torch.cat(shown)[:, run.prompt - 1 :]
    drawn = ranks[texts[:, :-1].numpy(), texts[:, 1:].numpy()]
    for rank, share in enumerate(SHARES):
        name = f"the share of tokens of rank {rank} (0 is the likeliest)"
        yield frequency(name, int((drawn == rank).sum()), drawn.size, share)
    first = drawn[:, 0]
    pairs = int((first[::2] == first[1::2]).sum())
    yield frequency("the share of siblings that begin alike", pairs, len(first) // 2, float((SHARES**2).sum()))
    # Large steps: a policy is another after one of them.
    run = Run(rng, updates=3, prompts=15, group=4, steps=1, spread=1.5, rate=300.0, momentum=0.0).carried_out(s)
    yield from run.environment.seen(3, 15)
    for number, chance in enumerate(log_chance(run), start=1):
        problem = f"the texts of update {number} are not draws from the policy as it was then"
        yield holds(f"the texts of update {number}", chance > LEAST_CHANCE, problem)


class Code(Environment):
    """Each token of the prompt has a partner, drawn in secret, and a text should be the partners in order."""

    def __init__(self, rng: np.random.Generator, vocab: int, length: int, group: int) -> None:
        super().__init__(rng, vocab, length, length, group)
        self.partner = torch.from_numpy(rng.permutation(vocab))

    def reward(self, tokens: Tensor) -> Tensor:
        right = tokens[:, self.written :] == self.partner[tokens[:, : self.written]]
        return right.float().mean(dim=1)


@train.check(weight=3)
def learns_a_secret_code(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A policy that knows nothing learns a secret code of the environment: most of what it then writes is right."""
    for _ in range(2):
        run = Run(rng, updates=60, prompts=24, group=8, steps=2, spread=0.0, rate=5.0, momentum=0.5)
        run.vocab, run.prompt, run.written, run.way = 8, 3, 3, 2
        run.eos = run.vocab  # never written, so nothing ends a text early
        run.start = {name: np.zeros((rows, 9)) for name, rows in (("follows", 9), ("place", 6), ("reads", 9))}
        for table in run.start.values():
            table[:, run.eos] = -10.0  # three of them are added up
        code = run.environment = Code(rng, run.vocab, run.written, run.group)
        run.carried_out(s)
        end = {name: value.double().numpy() for name, value in run.end.items()}
        right = 0
        for row in rng.integers(0, run.vocab, (50, run.prompt)):
            text = list(row)
            for t in range(run.prompt - 1, run.prompt + run.written - 1):
                probs = np.exp(run.log_distribution(end, np.array(text), t))
                text.append(int(rng.choice(len(probs), p=probs / probs.sum())))
                right += text[-1] == int(code.partner[row[t + 1 - run.prompt]])
        problem = f"after 60 updates, {right} of 150 tokens that the policy writes are right"
        yield holds("what the policy has learned", right >= 90, problem)


add_misconceptions(train)

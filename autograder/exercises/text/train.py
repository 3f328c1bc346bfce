"""Judgement of `text.train`: REINFORCE from prompts to an updated policy, in environments that live with the judge.

The texts are the submission's own draws. What an update should make of them is known exactly once they are shown, so
all but the last check compare numbers. There the policy has to learn a code that is drawn anew for each judgement, and
the judge has it write again, for itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, frequency, holds, identical
from autograder.submission import Submission

from .train_case import Environment, Run
from .train_misconceptions import add_misconceptions

train = Judgement(
    "text.train",
    hints=(
        "One update: ask for prompts, write, have it rewarded, score what was written, step. Which of these need "
        "gradients, and which two need the same policy?",
        "The others' mean of reward i is (sum − rᵢ) / (batch − 1): the sum is taken once for all.",
        "`text_rl.completion_mask(tokens, prompts.shape[1], eos)` says which log-probs count. "
        "`text_rl.reinforce_loss` takes one weight for each text.",
        "To reward entropy is to subtract it from what is minimised: loss = reinforce_loss(…) − entropy_coef · "
        "entropy_bonus(logits, mask).",
        "model.eval() first. In the loop: prompts, sampling.generate(model, prompts, new_tokens), rewards, "
        "model(tokens), the loss, optimizer.zero_grad(), loss.backward(), optimizer.step(), and one dict for the log.",
    ),
)
SHARES = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
LEAST_CHANCE = -25.0
"""The log of the chance that a right solution's draws look as they must not: Markov's inequality, as below."""


@train.check()
def compares_with_the_others(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """leave_one_out gives each reward less the mean of the others, at every place of the later axes by itself."""
    for shape, dtype in (
        ((5,), torch.float32),
        ((2,), torch.float64),
        ((4, 3), torch.float32),
        ((3, 2, 2), torch.float64),
    ):
        rewards = torch.from_numpy(rng.normal(2.0, 1.0, shape)).to(dtype)
        expected = np.zeros(shape)
        for index in np.ndindex(shape):
            others = [float(rewards[(i, *index[1:])]) for i in range(shape[0]) if i != index[0]]
            expected[index] = float(rewards[index]) - sum(others) / len(others)
        held = s.hold(rewards)
        got = s.call("leave_one_out", held)
        yield close(f"leave_one_out of {shape}", got, expected, magnitude=8.0, precision=torch.float32)
        yield identical("the rewards", held.fetch(), rewards, "the rewards were changed")


@train.check(weight=2)
def updates_as_defined(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After each number of updates the policy is what REINFORCE makes of the texts that were rewarded."""
    for updates in (1, 3):
        yield from Run(rng, updates).carried_out(s).compared_tables(f"after {updates} updates")
    yield from Run(rng, batch=2).carried_out(s).compared_tables("from two texts")
    yield from Run(rng).carried_out(s, torch.float32).compared_tables("in float32")


@train.check()
def rewards_entropy(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With entropy_coef the loss is less by that many times the mean entropy of the tokens that count."""
    for coef in (0.7, 3.0):
        yield from Run(rng, entropy_coef=coef).carried_out(s).compared_tables(f"with entropy_coef = {coef}")


@train.check()
def starts_from_nothing_but_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients that the parameters hold at the start have no influence."""
    yield from Run(rng).carried_out(s, prepare="stale gradients").compared_tables("of a policy with old gradients")


@train.check()
def writes_and_scores_in_evaluation_mode(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The policy is called in evaluation mode only, although it comes in training mode."""
    run = Run(rng).carried_out(s)
    yield holds("calls", bool(run.modes), "the policy is never called")
    yield identical("the calls in training mode", sum(run.modes), 0, "the policy is called in training mode")


@train.check()
def asks_once_for_each_update(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each update asks for `batch` fresh prompts, writes once after each, and has these texts rewarded, once."""
    for updates, batch in ((3, 4), (0, 3), (1, 7)):
        yield from Run(rng, updates, batch).carried_out(s).environment.seen(updates, batch)


@train.check()
def tells_what_happened(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The log has each update's mean reward, loss, entropy and length, of the policy that wrote."""
    for updates, coef in ((3, 0.0), (2, 0.5)):
        yield from Run(rng, updates, entropy_coef=coef).carried_out(s).compared_log()


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


@train.check(weight=2)
def writes_as_the_policy_would(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Texts are drawn at temperature 1 from the policy as it is at that update, each by itself."""
    run = Run(rng, updates=3, batch=500, rate=0.0)
    run.vocab, ranks = len(SHARES), rng.permuted(np.tile(np.arange(len(SHARES)), (len(SHARES), 1)), axis=-1)
    run.environment.vocab, run.eos = run.vocab, 0
    run.start["follows"] = np.log(SHARES)[ranks]
    run.start["place"] = np.zeros((run.prompt + run.written, run.vocab))
    run.start["reads"] = np.zeros((run.vocab, run.vocab))
    shown = run.carried_out(s).environment.shown
    yield from run.environment.seen(3, 500)
    texts = torch.cat(shown)[:, run.prompt - 1 :]
    drawn = ranks[texts[:, :-1].numpy(), texts[:, 1:].numpy()]
    for rank, share in enumerate(SHARES):
        name = f"the share of tokens of rank {rank} (0 is the likeliest)"
        yield frequency(name, int((drawn == rank).sum()), drawn.size, share)
    first = drawn[:, 0]
    pairs = int((first[::2] == first[1::2]).sum())
    yield frequency("the share of neighbours that begin alike", pairs, len(first) // 2, float((SHARES**2).sum()))
    # Large steps: a policy is another after one of them.
    run = Run(rng, updates=3, batch=60, spread=1.5, rate=8.0, momentum=0.0).carried_out(s)
    yield from run.environment.seen(3, 60)
    for number, chance in enumerate(log_chance(run), start=1):
        problem = f"the texts of update {number} are not draws from the policy as it was then"
        yield holds(f"the texts of update {number}", chance > LEAST_CHANCE, problem)


class Code(Environment):
    """Each token of the prompt has a partner, drawn in secret, and a text should be the partners in order."""

    def __init__(self, rng: np.random.Generator, vocab: int, length: int) -> None:
        super().__init__(rng, vocab, length, length)
        self.partner = torch.from_numpy(rng.permutation(vocab))

    def reward(self, tokens: Tensor) -> Tensor:
        right = tokens[:, self.written :] == self.partner[tokens[:, : self.written]]
        return right.float().mean(dim=1)


@train.check(weight=2)
def learns_a_secret_code(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A policy that knows nothing learns a secret code of the environment: most of what it then writes is right."""
    for _ in range(2):
        run = Run(rng, updates=80, batch=64, spread=0.0, rate=6.0, momentum=0.5)
        run.vocab, run.prompt, run.written, run.way = 8, 3, 3, 2
        run.eos = run.vocab  # never written, so nothing ends a text early
        run.start = {name: np.zeros((rows, 9)) for name, rows in (("follows", 9), ("place", 6), ("reads", 9))}
        for table in run.start.values():
            table[:, run.eos] = -40.0
        code = run.environment = Code(rng, run.vocab, run.written)
        run.carried_out(s)
        end = {name: value.double().numpy() for name, value in run.end.items()}
        right = 0
        for row in rng.integers(0, run.vocab, (50, run.prompt)):
            text = list(row)
            for t in range(run.prompt - 1, run.prompt + run.written - 1):
                probs = np.exp(run.log_distribution(end, np.array(text), t))
                text.append(int(rng.choice(len(probs), p=probs / probs.sum())))
                right += text[-1] == int(code.partner[row[t + 1 - run.prompt]])
        problem = f"after 80 updates, {right} of 150 tokens that the policy writes are right"
        yield holds("what the policy has learned", right >= 90, problem)


add_misconceptions(train)

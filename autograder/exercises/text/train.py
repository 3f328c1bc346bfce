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


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    train.misconception(identity, edits=edits, source=source, message=message, question=question)


OTHERS = "others = (rewards.sum(dim=0) - rewards) / (len(rewards) - 1)"
WEIGHTS, REINFORCE = "leave_one_out(rewards)", "text_rl.reinforce_loss(log_probs, leave_one_out(rewards), mask)"
GENERATE = "sampling.generate(model, prompts, new_tokens)"
ASKED, WRITTEN = "        prompts = environment.prompts(batch)\n", f"        tokens = {GENERATE}\n"
MASK = "text_rl.completion_mask(tokens, prompts.shape[1], eos)"
BONUS = " - entropy_coef * entropy"
ZERO, STEP = "        optimizer.zero_grad()\n", "        optimizer.step()\n"
LOGITS = "        logits = model(tokens)\n"
LOOP = "    for _ in range(updates):\n"

mistake(
    "sign_flipped",
    "The sign of the loss is wrong: texts that earned more become rarer.",
    "Minimising −w · log π: does log π rise or fall where w is positive?",
    (f"loss = {REINFORCE}", f"loss = -{REINFORCE}"),
)
mistake(
    "baseline_less_reward",
    "The weights are baseline − reward, so texts that earned more become rarer.",
    "Which sign should the weight of the best text of a batch have?",
    ("rewards - others", "others - rewards"),
)
mistake(
    "no_baseline",
    "The weights are the rewards themselves. Where all are positive, everything that is written becomes likelier.",
    "What does the gradient look like if 100 is added to every reward?",
    (WEIGHTS, "rewards"),
)
mistake(
    "baseline_includes_itself",
    "The mean of the whole batch is subtracted, the text's own reward included: the gradient is (n − 1)/n of what it "
    "should be.",
    "In a batch of two, how far can a reward lie from a mean of which it is one half?",
    (OTHERS, "others = rewards.mean(dim=0)"),
)
train.another_form("baseline_includes_itself", edit=(WEIGHTS, "(rewards - rewards.mean())"))
mistake(
    "divides_by_all",
    "The sum of the other rewards is divided by the number of all of them.",
    "How many others does a text have in a batch of n?",
    (OTHERS, OTHERS.replace("(len(rewards) - 1)", "len(rewards)")),
)
mistake(
    "mean_over_all_axes",
    "The rewards of all places are thrown together; each place has others of its own.",
    "Rewards of shape (batch, time) are given. Along which axis do the others of one of them lie?",
    (OTHERS, "others = (rewards.sum() - rewards) / (rewards.numel() - 1)"),
)
mistake(
    "standardised",
    "The weights are divided by their standard deviation, which is not asked for: each update then has another scale.",
    "What does the division do to a batch in which all texts are nearly equally good?",
    (WEIGHTS, "(lambda w: w / (w.std() + 1e-8))(leave_one_out(rewards))"),
)
mistake(
    "prompt_in_the_loss",
    "The tokens of the prompt count too, although the model did not choose them.",
    "Which of the log-probs belong to decisions of the model?",
    (MASK, "text_rl.completion_mask(tokens, 1, eos)"),
)
mistake(
    "counts_behind_the_end",
    "What stands behind eos counts too: it was never part of the text.",
    "The reward ignores what follows eos. What does the gradient of these tokens consist of?",
    (MASK, "text_rl.completion_mask(tokens, prompts.shape[1], -1)"),
)
mistake(
    "mean_over_tokens",
    "The loss is the mean over all tokens. It should be each text's sum, averaged over the texts.",
    "By what factor does a token of a batch of long texts weigh less than one of short texts?",
    (REINFORCE, f"{REINFORCE} * len(tokens) / mask.sum()"),
)
mistake(
    "entropy_punished",
    "Entropy is added to the loss, so the policy is driven to be sure instead of being kept open.",
    "What is minimised, and what is to be large?",
    (BONUS, " + entropy_coef * entropy"),
)
mistake(
    "no_entropy",
    "entropy_coef has no effect.",
    "In which term of the loss does entropy_coef stand?",
    (BONUS, ""),
)
mistake(
    "entropy_of_everything",
    "The entropy is averaged over all positions, also those that do not count.",
    "Which argument of entropy_bonus says where the policy had a choice?",
    ("text_rl.entropy_bonus(logits, mask)", "text_rl.entropy_bonus(logits, torch.ones_like(mask))"),
)
mistake(
    "gradients_pile_up",
    "The gradients are never cleared: each update uses the sum over all updates so far.",
    "What does `backward()` do where `.grad` holds something already?",
    (ZERO, ""),
)
mistake(
    "cleared_after_the_step_only",
    "The gradients are cleared after each step but not before the first, so what the policy came with is added.",
    "What do the parameters hold that someone computed a gradient for just before?",
    (ZERO, ""),
    (STEP, STEP + ZERO),
)
mistake(
    "step_before_backward",
    "The optimizer steps before the gradient of this batch is there.",
    "Which texts made the gradient that the first step uses?",
    (ZERO + "        loss.backward()\n" + STEP, STEP + ZERO + "        loss.backward()\n"),
)
mistake(
    "training_mode",
    "The policy is left in the mode in which it came. In training mode dropout would make each call another policy.",
    "Is the policy that scores a text the one that wrote it, if both drop units at random?",
    ("    model.eval()\n", ""),
)
mistake(
    "training_mode_for_the_update",
    "The policy writes in evaluation mode and is scored in training mode.",
    "Is the policy that scores a text the one that wrote it, if one of them drops units?",
    (
        "        logits = model(tokens)\n",
        "        model.train()\n        logits = model(tokens)\n        model.eval()\n",
    ),
)
mistake(
    "texts_written_beforehand",
    "All texts are written before the first update, so later updates learn from a policy that is no more.",
    "Of which policy must the texts of the third update be draws?",
    (
        LOOP + ASKED + WRITTEN,
        "    asked = [environment.prompts(batch) for _ in range(updates)]\n"
        f"    written = [{GENERATE} for prompts in asked]\n"
        "    for prompts, tokens in zip(asked, written):\n",
    ),
)
mistake(
    "same_prompts_again",
    "Prompts are asked for once, and every update uses them again.",
    "What does a policy learn of prompts that it never sees?",
    (LOOP + ASKED, ASKED.replace("        ", "    ") + LOOP),
)
mistake(
    "same_texts_again",
    "Prompts and texts are made once; every update learns from the first policy's texts.",
    "Of which policy must the texts of the third update be draws?",
    (LOOP + ASKED + WRITTEN, (ASKED + WRITTEN).replace("        ", "    ") + LOOP),
)
mistake(
    "always_the_likeliest",
    "The likeliest token is taken each time. Without chance there is nothing to compare, and the estimate is no longer "
    "that of the expected reward.",
    "Over which distribution is the mean taken of which REINFORCE is an estimate?",
    (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.0)")),
)
mistake(
    "another_temperature",
    "The texts are drawn at another temperature than the one at which they are scored.",
    "Which policy's log-probs are in the loss: that at temperature 1, or the one that wrote?",
    (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=0.7)")),
)
train.another_form(
    "another_temperature", edit=(GENERATE, GENERATE.replace("new_tokens)", "new_tokens, temperature=1.5)"))
)
mistake(
    "filtered_draws",
    "Unlikely tokens are never drawn: the filter makes another policy of which the loss knows nothing.",
    "What happens to a token that is better than all others and is not among the k likeliest?",
    (GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_k=2)")),
)
train.another_form("filtered_draws", edit=(GENERATE, GENERATE.replace("new_tokens)", "new_tokens, top_p=0.8)")))
mistake(
    "one_prompt_for_all",
    "One prompt is asked for and repeated for the whole batch.",
    "How many different prompts should an update see?",
    ("environment.prompts(batch)", "environment.prompts(2)[:1].repeat(batch, 1)"),
)
mistake(
    "rewards_without_prompts",
    "The environment is shown the completions alone, and cannot know what was asked.",
    "What does `rewards` need to see to judge an answer?",
    ("environment.rewards(tokens)", "environment.rewards(tokens[:, prompts.shape[1] :])"),
)
mistake(
    "logs_the_first_term",
    "The logged loss lacks the entropy's part.",
    "Which number was `backward` called on?",
    ('"loss": loss.item()', '"loss": (loss + entropy_coef * entropy).item()'),
)
mistake(
    "length_of_the_room",
    "The logged length is that of all new tokens, not that of the texts, which end with their eos.",
    "How long is the text `7 eos 3 3`?",
    ("mask.sum(dim=1).double().mean().item()", "float(new_tokens)"),
)
mistake(
    "length_with_the_prompt",
    "The logged length counts the prompt as well.",
    "Which tokens did the model write?",
    ("mask.sum(dim=1).double().mean().item()", "mask.sum(dim=1).double().mean().item() + prompts.shape[1]"),
)
mistake(
    "reward_of_the_best",
    "The logged reward is the best of the batch, which says more of luck than of the policy.",
    "What does the expected reward of a policy average over?",
    ('"reward": rewards.mean().item()', '"reward": rewards.max().item()'),
)
mistake(
    "tensors_in_the_log",
    "The log holds tensors. They cannot be written as JSON, and may keep a whole graph alive.",
    "What does json.dumps say to a tensor?",
    ("rewards.mean().item()", "rewards.mean()"),
    ("loss.item()", "loss"),
    ("entropy.item()", "entropy"),
    ("double().mean().item()", "double().mean()"),
)
mistake(
    "logs_the_last_only",
    "Only the last update is told of.",
    "How many entries should the log of 50 updates have?",
    ("        log.append(", "        log[:] = [] if log is None else []\n        log.append("),
)

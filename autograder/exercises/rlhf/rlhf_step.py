"""Judgement of `rlhf.rlhf_step`: four models, and one update of two of them.

Models, texts and optimizer are the judge's. The oracle writes out scores, rewards, advantages, both losses and their
gradients token by token in double precision, and the optimizer's momentum. So the weights after the last step are
known, and every number that is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .four_models import (
    BROUGHT,
    KINDS,
    Arrays,
    Reading,
    Texts,
    add_gradient,
    bring,
    doubled,
    draw_texts,
    draw_weights,
    log_p,
    stream,
)
from .rlhf_step_misconceptions import add_misconceptions

rlhf_step = Judgement(
    "rlhf.rlhf_step",
    hints=(
        "Draw the four models and what each one says about the same tokens. Which of their answers are needed before "
        "anything is learned, and which again in every minibatch?",
        "Before: the mask, which texts have ended, scores, log-probs under policy and reference, values[:, :-1]. All "
        "of it under `torch.no_grad()`. Then rewards, advantages and returns.",
        "`update` of chapter 4 asks one model for logits and values. `PolicyAndValues(policy, value_model)` answers "
        "with those of two. Its batch is a dict of tokens, mask, log_probs, advantages (whitened) and returns.",
        "The two models share no weight, so each loss has gradients of its own: value_coef = 1.",
    ),
)
NAME = "rlhf_step"
KEYS = ("clip_fraction", "ended", "first_clip_fraction", "kl", "score", "step_kl", "value_loss")
DEFAULTS = {"score_clip": math.inf, "missing_eos_score": None, "gamma": 1.0, "lam": 0.95, "clip": 0.2}
LEARN = ("policy", "value_model")
SINGLE = torch.float32
RATE, MOMENTUM = 0.25, 0.6
EDGE = 1e-3
"""How near a ratio may come to the edge of the clip: rounding moves it by much less."""


class Run:
    """Four models, texts and minibatches of them; what should come of them, and what came."""

    def __init__(
        self, rng: np.random.Generator, minibatches: Sequence[Sequence[int]] = (range(6),), **settings: Any
    ) -> None:
        """A ratio at the very edge of the clip has no gradient that two programs agree on: then others are drawn.

        So they are where the clip stops every token of a minibatch, or, of several minibatches, none at all.
        """
        self.settings = settings
        self.kl_coef = float(rng.uniform(0.2, 0.6))
        self.minibatches = [torch.tensor(list(rows)) for rows in minibatches]
        while True:
            self.texts: Texts = draw_texts(rng)
            self.weights = draw_weights(rng)
            self.clear, self.stopped = True, len(self.minibatches) == 1
            self.expected()
            if self.clear and self.stopped:
                break

    def expected(self) -> None:
        """Sets `right_weights` of what learns, and `right_numbers`."""
        setting = {**DEFAULTS, **self.settings}
        texts, batch = self.texts, len(self.texts.tokens)
        models = {name: doubled(self.weights[name]) for name in KINDS}
        old, ref, values = {}, {}, {}
        for place in texts.kept:
            state, token = texts.before(*place), texts.written(*place)
            old[place] = log_p(models["policy"], stream(models["policy"], state))[token]
            ref[place] = log_p(models["reference"], stream(models["reference"], state))[token]
            values[place] = float(stream(models["value_model"], state).x @ models["value_model"]["out"])
        scores = []
        for row in range(batch):
            whole = [int(token) for token in texts.tokens[row]]
            scores.append(float(stream(models["reward_model"], whole).x @ models["reward_model"]["out"]))
        rewards = {place: -self.kl_coef * (old[place] - ref[place]) for place in texts.kept}
        for row in range(batch):
            score = min(max(scores[row], -setting["score_clip"]), setting["score_clip"])
            if setting["missing_eos_score"] is not None and not texts.ended[row]:
                score = setting["missing_eos_score"]
            rewards[max(place for place in texts.kept if place[0] == row)] += score
        advantages: dict[tuple[int, int], float] = {}
        for row, t in reversed(texts.kept):
            delta = rewards[row, t] + setting["gamma"] * values.get((row, t + 1), 0.0) - values[row, t]
            advantages[row, t] = delta + setting["gamma"] * setting["lam"] * advantages.get((row, t + 1), 0.0)
        mean = sum(advantages.values()) / len(advantages)
        deviation = math.sqrt(sum((a - mean) ** 2 for a in advantages.values()) / len(advantages))
        white = {place: (a - mean) / (deviation + 1e-8) for place, a in advantages.items()}
        returns = {place: a + values[place] for place, a in advantages.items()}
        self.told_before = {
            "score": sum(scores) / batch,
            "kl": sum(old[place] - ref[place] for place in texts.kept) / batch,
            "ended": sum(texts.ended) / batch,
        }
        self.learned(models, old, white, returns, setting["clip"])

    def learned(self, models: dict[str, Arrays], old: Any, advantages: Any, returns: Any, clip: float) -> None:
        """All steps, one token at a time."""
        speed = {name: {key: np.zeros(x.shape) for key, x in models[name].items()} for name in LEARN}
        steps = []
        for rows in self.minibatches:
            places = [place for place in self.texts.kept if place[0] in rows.tolist()]
            totals = {name: {key: np.zeros(x.shape) for key, x in models[name].items()} for name in LEARN}
            told = {"value_loss": 0.0, "clip_fraction": 0.0, "kl": 0.0}
            for place in places:
                self.add_token(models, totals, told, place, old[place], advantages[place], returns[place], clip)
            for name in LEARN:
                self.clear &= bool(totals[name]["out"].any())
                for key, slope in totals[name].items():
                    speed[name][key] = MOMENTUM * speed[name][key] + slope / len(places)
                    models[name][key] = models[name][key] - RATE * speed[name][key]
            steps.append({key: total / len(places) for key, total in told.items()})
        self.right_weights = {name: models[name] for name in LEARN}
        self.right_numbers = {
            **self.told_before,
            "value_loss": steps[0]["value_loss"],
            "first_clip_fraction": steps[0]["clip_fraction"],
            "clip_fraction": steps[-1]["clip_fraction"],
            "step_kl": steps[-1]["kl"],
        }

    def add_token(
        self,
        models: dict[str, Arrays],
        totals: dict[str, Arrays],
        told: dict[str, float],
        place: tuple[int, int],
        old: float,
        advantage: float,
        right: float,
        clip: float,
    ) -> None:
        """The share of one token in both losses' gradients, and in what is told."""
        token = self.texts.written(*place)
        at: dict[str, Reading] = {name: stream(models[name], self.texts.before(*place)) for name in LEARN}
        probs = log_p(models["policy"], at["policy"])
        log_ratio = probs[token] - old
        ratio = math.exp(log_ratio)
        stopped = ratio > 1 + clip if advantage > 0 else ratio < 1 - clip
        self.stopped |= stopped
        slope = 0.0 if stopped else -advantage * ratio
        by_logits = -slope * np.exp(probs)
        by_logits[token] += slope
        add_gradient(totals["policy"], models["policy"], at["policy"], by_logits)
        error = float(at["value_model"].x @ models["value_model"]["out"]) - right
        add_gradient(totals["value_model"], models["value_model"], at["value_model"], error)
        told["value_loss"] += error**2 / 2
        told["kl"] += ratio - 1 - log_ratio
        told["clip_fraction"] += abs(ratio - 1) > clip
        self.clear &= abs(abs(ratio - 1) - clip) > EDGE

    def carried_out(self, s: Submission) -> Run:
        """Itself, after the submission's step: `told`, and `models` as they are then."""
        self.models = bring(s, self.weights)
        learning = [self.models[name] for name in LEARN]
        optimizer = s.bring(BROUGHT, "Momentum").build("", learning, RATE, MOMENTUM)
        texts = self.texts
        given = (texts.tokens, texts.prompt_length, texts.eos, optimizer, self.minibatches, self.kl_coef)
        self.told = s.call(NAME, *self.models.values(), *given, **self.settings)
        return self

    def compared_weights(self, where: str) -> Iterator[Observation]:
        for name in LEARN:
            found = self.models[name].call("weights")
            for key, right in self.right_weights[name].items():
                size = max(1.0, float(np.abs(right).max()))
                got = found.get(key) if isinstance(found, dict) else None
                yield close(f"{key} of the {name} {where}", got, right, roundings=512, magnitude=size, precision=SINGLE)

    def compared_numbers(self, where: str, *names: str) -> Iterator[Observation]:
        told = self.told if isinstance(self.told, dict) else {}
        yield identical("the names in the result", sorted(told), list(KEYS))
        for name in names or KEYS:
            at = f"{name} {where}"
            plain = isinstance(told[name], float)
            yield holds(f"the type of {at}", plain, f"{at} is not a float of Python (a tensor's `item()` is one)")
            size = max(1.0, abs(self.right_numbers[name]))
            yield close(at, told[name], self.right_numbers[name], roundings=512, magnitude=size, precision=SINGLE)


HALVES = ([0, 3, 4], [5, 1, 2], [2, 0, 5])


@rlhf_step.check(weight=3)
def moves_the_policy_and_the_values(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One step on all texts moves the weights of policy and value model as the definition says."""
    run = Run(rng).carried_out(s)
    yield from run.compared_weights("after one step")
    run = Run(rng, gamma=0.9, lam=0.6, clip=0.1).carried_out(s)
    yield from run.compared_weights("after one step with other settings")


@rlhf_step.check(weight=2)
def treats_scores_as_rlhf_does(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores are clipped, and texts without an end get missing_eos_score; an eos in the prompt ends nothing."""
    both = {"score_clip": 0.5, "missing_eos_score": 0.0}
    cases: tuple[dict[str, Any], ...] = ({"score_clip": 0.4}, {"missing_eos_score": -2.0}, both)
    for settings in cases:
        run = Run(rng, **settings).carried_out(s)
        given = " and ".join(settings)
        yield from run.compared_weights(f"with {given}")
        yield from run.compared_numbers(f"with {given}", "score", "ended")


@rlhf_step.check(weight=3)
def learns_in_minibatches_from_what_was_before(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each minibatch is a step of its own; what they learn from was computed once, before the first."""
    run = Run(rng, HALVES).carried_out(s)
    yield from run.compared_weights("after three minibatches")
    run = Run(rng, HALVES, clip=0.05).carried_out(s)
    yield from run.compared_weights("after three minibatches with a narrow clip")


@rlhf_step.check(weight=2)
def tells_what_it_saw(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The seven numbers: of the texts before anything is learned, of the first step, and of the last."""
    yield from Run(rng).carried_out(s).compared_numbers("of one step")
    yield from Run(rng, HALVES, clip=0.05, score_clip=0.3).carried_out(s).compared_numbers("of three steps")


@rlhf_step.check(weight=1)
def has_ratio_1_at_first(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On the first minibatch nothing is clipped; with a reference equal to the policy, kl is 0."""
    run = Run(rng, HALVES)
    run.weights["reference"] = run.weights["policy"]
    run.expected()
    yield from run.carried_out(s).compared_numbers("of equal policies", "first_clip_fraction", "kl")


@rlhf_step.check(weight=1)
def leaves_the_others_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Reference and reward model keep their weights and get no gradient; tokens and minibatches are not changed."""
    run = Run(rng, HALVES).carried_out(s)
    for name in ("reference", "reward_model"):
        then = run.models[name].call("weights")
        for key, before in run.weights[name].items():
            yield identical(f"{key} of the {name}", then[key], before, f"the weights of the {name} were changed")
        gradients = run.models[name].call("gradients")
        reached = [key for key, x in gradients.items() if x is not None and bool(x.any() | x.isnan().any())]
        yield holds(f"the gradients of the {name}", not reached, f"a gradient has come to the {name}")
    held = s.hold(run.texts.tokens)
    models = bring(s, run.weights)
    optimizer = s.bring(BROUGHT, "Momentum").build("", [models[name] for name in LEARN], RATE, MOMENTUM)
    given = (run.texts.prompt_length, run.texts.eos, optimizer, run.minibatches, run.kl_coef)
    s.call(NAME, *models.values(), held, *given)
    yield identical("tokens", held.fetch(), run.texts.tokens, "the tokens were changed")


add_misconceptions(rlhf_step)

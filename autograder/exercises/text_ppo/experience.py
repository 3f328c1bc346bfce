"""Judgement of `text_ppo.experience`: a frozen copy of a model, and the batch that PPO learns from.

The models are the judge's, with weights that it knows. The oracle reads one position at a time and takes rewards and
advantages from the oracles of the exercises before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Submission

from .case import Texts, Weights, at_kept, bring, doubled, draw_texts, draw_weights, moved, read
from .texts import numbers
from .token_advantages import by_definition as right_advantages
from .token_advantages import whitened
from .token_rewards import by_definition as right_rewards

experience = Judgement(
    "text_ppo.experience",
    hints=(
        "`frozen_copy`: `reference = model` is a second name for the same weights. What in `copy` makes new ones?",
        "The logits at position t are about token t + 1, and so is the value: it speaks of what stands up to t, which "
        "is the state before token t + 1. Which position stands before no token?",
        "Everything is computed once, before anything is learned: under `torch.no_grad()`. The order is log-probs, "
        "rewards, advantages, then two things from the advantages: whitened ones, and the returns.",
        "returns = advantages + values, from the advantages as they are. kl = the sum over a text's kept tokens of "
        "log π − log π_ref; a pad may have −inf in both, and −inf − (−inf) is NaN: `torch.where(mask, …, 0.0)`.",
    ),
)
COPY, NAME = "frozen_copy", "experience"
KEYS = ("advantages", "kl", "log_probs", "mask", "returns", "tokens")
SINGLE = torch.float32


class Case:
    """Two models, texts, their scores; and what should come of them."""

    def __init__(self, rng: np.random.Generator, kl_coef: float | None = None, **factors: float) -> None:
        self.texts: Texts = draw_texts(rng)
        self.weights, self.scores = draw_weights(rng), 2.0 * numbers(rng, len(self.texts.tokens)) + 1.0
        self.ref_weights: Weights = moved(rng, self.weights)
        self.kl_coef = float(rng.uniform(0.2, 0.8)) if kl_coef is None else kl_coef
        self.factors = factors

    def result(self, s: Submission) -> dict[str, Tensor]:
        models = bring(s, self.weights), bring(s, self.ref_weights)
        given = (self.texts.tokens, self.texts.mask, self.scores, self.kl_coef)
        found = s.call(NAME, *models, *given, *self.factors.values())
        return found if isinstance(found, dict) else {}

    def right(self) -> dict[str, np.ndarray]:
        """The batch in double precision; entries that are not kept are 0."""
        shape = tuple(self.texts.mask.shape)
        log_probs, ref, values = (torch.zeros(shape, dtype=torch.float64) for _ in range(3))
        weights, ref_weights = doubled(self.weights), doubled(self.ref_weights)
        for text, t in self.texts.kept:
            token, state = self.texts.written(text, t), self.texts.before(text, t)
            own = read(weights, state)
            log_probs[text, t], values[text, t] = own.log_p[token], own.value
            ref[text, t] = read(ref_weights, state).log_p[token]
        rewards = right_rewards(self.scores, log_probs, ref, self.texts.mask, self.kl_coef)
        gamma, lam = self.factors.get("gamma", 1.0), self.factors.get("lam", 0.95)
        advantages = right_advantages(torch.from_numpy(rewards), values, self.texts.mask, gamma, lam)
        return {
            "log_probs": log_probs.numpy(),
            "advantages": whitened(torch.from_numpy(advantages), self.texts.mask),
            "returns": advantages + values.numpy(),
            "kl": np.array([float((log_probs[i] - ref[i]).sum()) for i in range(len(ref))]),
        }

    def compared(self, s: Submission, *names: str) -> Iterator[Observation]:
        found, right = self.result(s), self.right()
        yield identical("the names in the batch", sorted(found), sorted(KEYS))
        for name in names:
            got = at_kept(self.texts, found[name])
            expected = right[name][self.texts.mask.numpy()] if name != "kl" else right[name]
            where = f"{name} of the kept tokens" if name != "kl" else name
            yield close(where, got, expected, roundings=64, magnitude=10.0, precision=SINGLE)


@experience.check(weight=3)
def freezes_a_copy(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What the copy says is what the model said when it was copied, however the model learns on, and vice versa."""
    texts, weights = draw_texts(rng), draw_weights(rng)
    model = bring(s, weights)
    copied = s.build(COPY, model)
    before = model.call("", texts.tokens)
    yield from same_reading("the copy", copied.call("", texts.tokens), before)
    for name, value in moved(rng, weights).items():
        model.build("get_parameter", name).assign(value)
    yield from same_reading("the copy, after the model has learned,", copied.call("", texts.tokens), before)
    after = model.call("", texts.tokens)
    for name, value in moved(rng, weights).items():
        copied.build("get_parameter", name).assign(value)
    yield from same_reading("the model, after the copy was changed,", model.call("", texts.tokens), after)


def same_reading(who: str, got: object, expected: list[Tensor]) -> Iterator[Observation]:
    parts = got if isinstance(got, list) and len(got) == 2 else [None, None]
    for name, part, right in zip(("logits", "values"), parts, expected, strict=True):
        yield close(f"the {name} of {who}", part, right)


@experience.check(weight=3)
def the_copy_does_not_learn(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The copy is in evaluation mode and none of its parameters learns; the model stays as it was."""
    weights = draw_weights(rng)
    model = bring(s, weights, 0.5)
    copied = s.build(COPY, model)
    for who, module, learns in (("the copy", copied, False), ("the model", model, True)):
        mode = "training" if learns else "evaluation"
        as_asked = [part.get("training") is learns for part in (module, module.build("get_submodule", "dropout"))]
        yield holds(f"the mode of {who}", all(as_asked), f"{who}, or a part of it, is not in {mode} mode")
        for name, value in weights.items():
            parameter = module.build("get_parameter", name)
            text = f"a parameter of {who} {'learns no more' if learns else 'still learns'} (its requires_grad)"
            yield identical(f"requires_grad in {who}", parameter.get("requires_grad"), learns, text)
            yield identical(f"the weights of {who}", parameter.fetch(), value, f"the weights of {who} were changed")


@experience.check(weight=2)
def has_the_log_probs_of_the_writer(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`log_probs` are those of the kept tokens under the model, not the reference; tokens and mask are what came."""
    case = Case(rng)
    yield from case.compared(s, "log_probs")
    found = case.result(s)
    for name, value in (("tokens", case.texts.tokens), ("mask", case.texts.mask)):
        yield identical(name, found[name], value, f"{name} of the batch are not those that came")


@experience.check(weight=3)
def has_the_returns(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`returns` are advantages, before whitening, plus the values of the states before the tokens."""
    for case in (Case(rng), Case(rng, gamma=0.9, lam=0.6), Case(rng, 0.0, gamma=0.95, lam=1.0)):
        yield from case.compared(s, "returns")


@experience.check(weight=3)
def has_the_advantages(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`advantages` are whitened over the kept tokens of the batch; where nothing is kept they are 0."""
    for case in (Case(rng), Case(rng, gamma=0.9, lam=0.6), Case(rng, 0.0, gamma=0.95, lam=1.0)):
        got = case.result(s).get("advantages")
        expected = case.right()["advantages"]
        yield close("the advantages", got, expected, roundings=256, magnitude=10.0, precision=SINGLE)


@experience.check(weight=3)
def has_the_divergence_of_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`kl` is the sum of log π − log π_ref over each text's kept tokens, whatever kl_coef; 0 for two equal models."""
    for case in (Case(rng), Case(rng, 0.0)):
        yield from case.compared(s, "kl")
    case = Case(rng)
    case.ref_weights = case.weights
    yield from case.compared(s, "kl")


@experience.check(weight=2)
def is_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Nothing in the batch carries a gradient, and everything is float32, but for tokens and mask."""
    case = Case(rng)
    models = bring(s, case.weights), bring(s, case.ref_weights)
    given = (case.texts.tokens, case.texts.mask, case.scores, case.kl_coef)
    batch = s.build(NAME, *models, *given)
    parts = {name: batch.build("__getitem__", name) for name in KEYS}
    traced = [name for name, value in parts.items() if value.get("requires_grad") is not False]
    yield holds("the gradient of the batch", not traced, f"a gradient is still carried by {', '.join(traced)}")
    like = {"tokens": case.texts.tokens, "mask": case.texts.mask, "kl": case.scores}
    for name, value in parts.items():
        yield same_type(name, value.fetch(), like.get(name, torch.zeros(case.texts.mask.shape)))


@experience.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither the models nor the inputs are changed."""
    case = Case(rng)
    models = bring(s, case.weights), bring(s, case.ref_weights)
    inputs = {"tokens": case.texts.tokens, "mask": case.texts.mask, "scores": case.scores}
    held = {name: s.hold(value) for name, value in inputs.items()}
    s.build(NAME, *models, *held.values(), case.kl_coef)
    for name, remote in held.items():
        yield identical(name, remote.fetch(), inputs[name], f"the input {name} was changed")
    for model, weights in zip(models, (case.weights, case.ref_weights), strict=True):
        for name, value in model.call("values").items():
            yield identical(f"the weights {name}", value, weights[name], "the weights of a model were changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    experience.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    experience.another_form(identity, edits=edits, source=source)


FROZEN = "copy.deepcopy(model).eval().requires_grad_(False)"
BEFORE = "values = values[:, :-1]"
WHITENED = '"advantages": whiten(advantages, mask)'
RETURNS = '"returns": advantages + values'
KL = "torch.where(mask, log_probs - ref_log_probs, 0.0).sum(1)"

mistake(
    "reference_is_the_model",
    "The reference shares its weights with the model: as the model learns, the reference moves along, and the KL stays "
    "0 for ever.",
    "After `b = a`, how many sets of weights are there?",
    (FROZEN, "model"),
)
also("reference_is_the_model", (FROZEN, "copy.copy(model).eval()"))
also("reference_is_the_model", (FROZEN, "copy.copy(model)"))
also("reference_is_the_model", (FROZEN, "model.eval().requires_grad_(False)"))
mistake(
    "reference_learns",
    "The parameters of the copy still ask for gradients: an optimizer that is given them would move the reference.",
    "What does `requires_grad_(False)` say about a parameter?",
    (".requires_grad_(False)", ""),
)
mistake(
    "reference_drops_out",
    "The copy, or a part of it, stays in training mode: with dropout, its log-probs differ from the model's before "
    "anything is learned, and KL(start ‖ start) is not 0.",
    "Which mode gives the same log-probs at every call?",
    (".eval()", ""),
)
mistake(
    "value_after_the_token",
    "The values are shifted by one: values[:, t + 1] is of the state after token t + 1.",
    "Position t has read the tokens up to t. Before which token is that?",
    (BEFORE, "values = values[:, 1:]"),
)
mistake(
    "policies_swapped",
    "π and π_ref have changed places: the KL has the wrong sign, and the batch the reference's log-probs.",
    "Who has written the tokens, and whose log-probs will the ratio be taken to?",
    ("reference(tokens)[0]", "model(tokens)[0]"),
    ("logits, values = model(tokens)", "logits, values = reference(tokens)[0], model(tokens)[1]"),
)
mistake(
    "old_log_probs_of_the_reference",
    "The batch keeps the log-probs of the reference; the ratio of PPO is to the policy that wrote the texts.",
    "What should the ratio be in the first minibatch?",
    ('"log_probs": log_probs', '"log_probs": ref_log_probs'),
)
mistake(
    "returns_of_whitened_advantages",
    "The returns are made of whitened advantages: the value function learns numbers that depend on the batch, not what "
    "a text will earn.",
    "Which of the two steps has to come first: adding the values, or whitening?",
    ("    return {", "    advantages = whiten(advantages, mask)\n    return {"),
    (WHITENED, '"advantages": advantages'),
)
mistake(
    "not_whitened",
    "The advantages are not whitened, so the size of a step depends on the scale of the scores.",
    "What should happen to the update if all scores are ten times as large?",
    (WHITENED, '"advantages": advantages'),
)
mistake(
    "returns_are_rewards",
    "The returns are the rewards of single tokens; the value is to predict all that is still to come.",
    "What is the return at the first token of a text whose only reward is at the last one?",
    (RETURNS, '"returns": rewards'),
)
mistake(
    "returns_are_advantages",
    "The returns lack the values: advantages say how much *better* than V it went.",
    "If V is exact, what are the advantages, and what should V learn?",
    (RETURNS, '"returns": advantages'),
)
mistake(
    "mean_divergence",
    "kl is the mean over a text's tokens; the log-prob of a text is the sum of theirs.",
    "Two texts differ from the start in each token by 0.1 nats; one is ten times as long. Which is further away?",
    (KL, f"{KL} / mask.sum(dim=1)"),
)
also("mean_divergence", (KL, KL.replace("sum(", "mean(")))
mistake(
    "divergence_over_pads",
    "kl counts all columns: prompts, and pads, whose log-probs may be −inf.",
    "Which tokens did the policy choose?",
    (KL, "(log_probs - ref_log_probs).sum(dim=1)"),
)
also("divergence_over_pads", (KL, "(log_probs - ref_log_probs).nansum(dim=1)"))
mistake(
    "multiplied_by_the_mask",
    "The differences are multiplied by the mask: −inf − (−inf) at a pad is NaN, and NaN · 0 is NaN.",
    "What is NaN · 0?",
    (KL, "((log_probs - ref_log_probs) * mask).sum(dim=1)"),
)
mistake(
    "divergence_scaled",
    "kl has been multiplied by kl_coef: it is the penalty, not the distance.",
    "What should be logged where kl_coef = 0: that the policy has not moved?",
    (KL, f"kl_coef * {KL}"),
)
mistake(
    "divergence_has_the_other_sign",
    "kl is log π_ref − log π: its mean would be negative.",
    "Can a KL be negative?",
    (KL, KL.replace("log_probs - ref_log_probs", "ref_log_probs - log_probs")),
)
mistake(
    "has_a_gradient",
    "The batch keeps the graph of both models: log-probs that are not data make the ratio's gradient vanish.",
    "What is the gradient of exp(x − x)?",
    ("@torch.no_grad()\n", ""),
)
mistake(
    "penalty_forgotten",
    "The rewards are the scores alone, without the penalty.",
    "Where does kl_coef enter?",
    ("mask, kl_coef)", "mask, 0.0)"),
)
mistake(
    "gamma_and_lambda_swapped",
    "gamma and lam are handed on in the wrong order.",
    "Which of both comes first in token_advantages?",
    ("mask, gamma, lam)", "mask, lam, gamma)"),
)

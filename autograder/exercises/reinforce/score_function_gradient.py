"""Judgement of `reinforce.score_function_gradient`: REINFORCE's estimate beside the exact gradient by enumeration.

Symbols: logits (states, actions) with π(a | s) = softmax(logits[s])[a]; states and actions (batch, time). The oracles
take one visit and one logit at a time; the exact one differentiates the product of probabilities factor by factor, and
so never uses a score.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds
from autograder.submission import Submission

score_function_gradient = Judgement(
    "reinforce.score_function_gradient",
    hints=(
        "Start with one visit: state s, action a, weight w. What is ∂ log π(a | s)/∂ logits[s, j] for j = a, and what "
        "for another j? It is 0 for every other row.",
        "log π(a | s) = logits[s, a] − log Σ_j exp(logits[s, j]). The derivative of the last term is the softmax.",
        "One visit adds w · (onehot(a) − π(· | s)) to row s. Two visits of the same pair must add twice, which "
        "`table[s, a] += w` with arrays of indices does not do: see `np.add.at`, or loop.",
        "The estimate is the sum over all visits of all samples, divided by the number of samples: len(actions).",
        "For the exact gradient use ∂P(τ) = P(τ) · ∂ log P(τ): a listed sequence has the weight P(τ) · returns[τ] at "
        "each of its times, and nothing is divided. P(τ) is the product of π(a_t | s_t) over t.",
    ),
)
ESTIMATE, EXACT = "score_function_gradient", "exact_gradient"
Batch = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""logits, states, actions, and weights (batch, time) or returns (sequences,)."""


def probability(logits: np.ndarray, state: int, action: int) -> float:
    """π(action | state), for logits of any size."""
    return 1.0 / math.fsum(math.exp(min(float(other - logits[state, action]), 700.0)) for other in logits[state])


def estimate(logits: np.ndarray, states: np.ndarray, actions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean over samples of Σ_t w_t · ∂ log π(a_t | s_t), one visit and one logit at a time."""
    found = np.zeros(logits.shape)
    for sample, t in np.ndindex(actions.shape):
        state = int(states[sample, t])
        for action in range(logits.shape[1]):
            score = float(action == actions[sample, t]) - probability(logits, state, action)
            found[state, action] += weights[sample, t] * score / len(actions)
    return found


def exact(logits: np.ndarray, states: np.ndarray, actions: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """∂/∂logits of Σ_τ returns[τ] · Π_t π(a_t | s_t), by the product rule."""
    found = np.zeros(logits.shape)
    for sequence, t in np.ndindex(actions.shape):
        factors = [
            probability(logits, int(s), int(a)) for s, a in zip(states[sequence], actions[sequence], strict=True)
        ]
        others = math.prod(factors[:t] + factors[t + 1 :])
        state, taken = int(states[sequence, t]), int(actions[sequence, t])
        for action in range(logits.shape[1]):
            own = float(action == taken) * factors[t] - factors[t] * probability(logits, state, action)
            found[state, action] += returns[sequence] * others * own
    return found


def every_sequence(actions: int, time: int) -> tuple[np.ndarray, np.ndarray]:
    """States and actions of all sequences, the state being the action before, and at first a state of its own."""
    listed = np.array(list(itertools.product(range(actions), repeat=time)), dtype=np.int64)
    return np.concatenate([np.full((len(listed), 1), actions, dtype=np.int64), listed[:, :-1]], axis=1), listed


def sampled(rng: np.random.Generator, batch: int, time: int, states: int, actions: int) -> Batch:
    """Visits of few states, so that pairs come again and again, and one state that is never visited."""
    logits = rng.standard_normal((states, actions))
    visited = rng.integers(0, states - 1, (batch, time))
    return logits, visited, rng.integers(0, actions, (batch, time)), rng.standard_normal((batch, time)) + 0.5


def enumerated(rng: np.random.Generator, actions: int, time: int) -> Batch:
    """All sequences in a random order, with returns of ordinary size."""
    states, listed = every_sequence(actions, time)
    order = rng.permutation(len(listed))
    logits = rng.standard_normal((actions + 1, actions))
    return logits, states[order], listed[order], rng.standard_normal(len(listed)) + 1.0


def agrees(name: str, got: object, right: np.ndarray, weights: np.ndarray) -> Observation:
    largest = float(np.abs(weights).max() * (weights.shape[1] if weights.ndim == 2 else 4))
    return close(name, got, right, magnitude=largest)


@score_function_gradient.check(weight=3)
def the_estimate_is_the_mean_weighted_score(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The estimate is the mean over samples of the sum over times of weight times ∂ log π."""
    for shape in ((6, 5, 4, 3), (4, 4, 4, 4), (3, 7, 3, 2), (9, 2, 5, 3)):
        batch = sampled(rng, *shape)
        name = f"the estimate from {shape[0]} samples of {shape[1]} steps"
        yield agrees(name, s.call(ESTIMATE, *batch), estimate(*batch), batch[3])


@score_function_gradient.check(weight=3)
def the_exact_gradient_is_that_of_the_expected_return(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The exact gradient is the derivative of Σ_τ P(τ) · return(τ) by each logit."""
    for actions, time in ((3, 3), (2, 4), (4, 2), (3, 1)):
        case = enumerated(rng, actions, time)
        yield agrees(f"the exact gradient over {len(case[1])} sequences", s.call(EXACT, *case), exact(*case), case[3])


@score_function_gradient.check(weight=2)
def the_estimate_is_right_on_average(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Over all samples that can be drawn, the mean of the estimate is the exact gradient."""
    logits, states, actions, returns = enumerated(rng, 2, 3)
    chances = [
        math.prod(probability(logits, state, action) for state, action in zip(*row, strict=True))
        for row in zip(states.tolist(), actions.tolist(), strict=True)
    ]
    samples = [(logits, states[[i]], actions[[i]], np.full((1, 3), returns[i])) for i in range(len(returns))]
    estimates = s.each(ESTIMATE, samples)
    for got, sample in zip(estimates, samples, strict=True):
        yield agrees("the estimate from one sample", got, estimate(*sample), sample[3])
    mean = sum(chance * got for chance, got in zip(chances, estimates, strict=True))
    yield agrees("the mean of the estimate", mean, exact(logits, states, actions, returns), returns)


@score_function_gradient.check()
def a_constant_return_teaches_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where every sequence has the same return the exact gradient is 0."""
    logits, states, actions, returns = enumerated(rng, 3, 3)
    for constant in (1.0, float(rng.uniform(-9.0, -3.0))):
        same = np.full_like(returns, constant)
        yield agrees(
            "the exact gradient of a constant", s.call(EXACT, logits, states, actions, same), 0.0 * logits, same
        )


@score_function_gradient.check()
def one_step_and_one_sample(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A batch may hold one sample, an episode one step, and a policy one state or one action."""
    for batch, time, states, actions in ((1, 4, 3, 2), (5, 1, 4, 3), (1, 1, 2, 4), (4, 3, 2, 1)):
        case = sampled(rng, batch, time, states, actions)
        name = f"the estimate from {batch} samples of {time} steps with {actions} actions"
        yield agrees(name, s.call(ESTIMATE, *case), estimate(*case), case[3])
    logits, first, listed, returns = enumerated(rng, 4, 1)
    one_state = (logits[:1], 0 * first, listed, returns)
    yield agrees("the exact gradient of one state and one step", s.call(EXACT, *one_state), exact(*one_state), returns)


@score_function_gradient.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits near +1000 and −1000 give the same as logits near 0, and neither NaN nor infinity."""
    for constant in (1000.0, -1000.0):
        logits, *rest = sampled(rng, 4, 5, 3, 3)
        got = s.call(ESTIMATE, logits + constant, *rest)
        yield agrees(f"the estimate for logits near {constant:+.0f}", got, estimate(logits + constant, *rest), rest[2])
        logits, *rest = enumerated(rng, 2, 3)
        got = s.call(EXACT, logits + constant, *rest)
        yield agrees(
            f"the exact gradient for logits near {constant:+.0f}", got, exact(logits + constant, *rest), rest[2]
        )
    sure = np.array([[800.0, 0.0], [0.0, -800.0], [-400.0, 400.0]])
    states, actions = rng.integers(0, 3, (4, 3)), rng.integers(0, 2, (4, 3))
    weights = rng.standard_normal((4, 3))
    got = s.call(ESTIMATE, sure, states, actions, weights)
    yield agrees("the estimate for logits 800 apart", got, estimate(sure, states, actions, weights), weights)


@score_function_gradient.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Inputs are not changed, and may lie in memory in any order."""
    for name, case, right in ((ESTIMATE, sampled(rng, 3, 4, 4, 3), estimate), (EXACT, enumerated(rng, 2, 3), exact)):
        held = [s.hold(array) for array in case]
        got = s.call(name, *held)
        yield agrees(f"what {name} gives", got, right(*case), case[3])
        for what, remote, array in zip(("logits", "states", "actions", "weights"), held, case, strict=True):
            same = np.array_equal(remote.fetch(), array)
            yield holds(f"the {what} given to {name}", same, f"{name} changed its {what} in place")
        turned = [np.asfortranarray(array) for array in case]
        yield agrees(f"what {name} gives for Fortran-ordered arrays", s.call(name, *turned), right(*case), case[3])
        strided = [np.repeat(array, 2, axis=0)[::2] for array in case]
        yield agrees(f"what {name} gives for strided arrays", s.call(name, *strided), right(*case), case[3])


ADD = "np.add.at(chosen, (states, actions), weights)"
SPREAD = "spread = chosen.sum(axis=1, keepdims=True) * softmax(logits)"
RESULT = "return (chosen - spread) / len(actions)"
PRODUCT = "softmax(logits)[states, actions].prod(axis=1)"
CALL = "return len(actions) * score_function_gradient(logits, states, actions, weights)"
# An exact gradient that does not call the estimate: the form in which a mistake is made in the estimate alone.
APART = """policy, total = softmax(logits), np.zeros_like(logits)
    np.add.at(total, (states, actions), weights)
    return total - total.sum(axis=1, keepdims=True) * policy"""

for identity, edits, message, question in (
    (
        "pairs_counted_once",
        ((ADD, "chosen[states, actions] += weights"),),
        "`table[states, actions] += weights` keeps only the last of several visits of one pair: the others are lost.",
        "After x = np.zeros(2); x[[0, 0]] += 1, what is x[0]?",
    ),
    (
        "flipped_sign",
        ((RESULT, "return (spread - chosen) / len(actions)"),),
        "The sign is flipped: a step along this makes what was rewarded less likely.",
        "A visited action has a positive weight. Should its own logit go up or down?",
    ),
    (
        "no_spread",
        ((RESULT, "return chosen / len(actions)"),),
        "Only the chosen logits get something: the derivative of log Σ exp(logits) is missing.",
        "If one action becomes likelier, what must happen to the others? What is the sum of a row of ∂ log π?",
    ),
    (
        "only_the_chosen_logit",
        (
            (ADD, "np.add.at(chosen, (states, actions), weights * (1.0 - softmax(logits)[states, actions]))"),
            (SPREAD, "spread = 0.0"),
        ),
        "Each visit moves the logit of its own action only. The other actions' logits have derivatives too.",
        "What is ∂ log π(a | s)/∂ logits[s, j] for j ≠ a?",
    ),
    (
        "derivative_of_the_probability",
        ((ADD, "np.add.at(chosen, (states, actions), weights * softmax(logits)[states, actions])"),),
        "This is the derivative of π, not of log π: each sample has the further factor π(a | s). But likely actions "
        "are drawn often already, so their probability is counted twice.",
        "E[∂ log π] is a sum over actions of π times what? And E[∂ π]?",
    ),
    (
        "spread_over_all_states",
        ((SPREAD, SPREAD.replace("axis=1, keepdims=True", "")),),
        "The weight of all states together is spread over every row, those never visited included.",
        "Which rows of logits decide what is done in state s?",
    ),
    (
        "softmax_over_the_states",
        ((SPREAD, SPREAD.replace("softmax(logits)", "softmax(logits, axis=0)")),),
        "The softmax runs over the states. The actions of one state share a distribution.",
        "Which entries of the table should sum to 1 after the softmax?",
    ),
    (
        "sum_over_samples",
        ((RESULT, "return chosen - spread"),),
        "The samples are added up and not averaged, so the estimate grows with the batch.",
        "What should happen to the estimate if every sample of a batch is given twice?",
    ),
    (
        "mean_over_times",
        ((RESULT, "return (chosen - spread) / actions.size"),),
        "The sum over an episode's times is divided by their number as well. log P(τ) is a sum over the times, and so "
        "is its derivative.",
        "How does log π(a₀ | s₀) · π(a₁ | s₁) split up?",
    ),
    (
        "weights_of_the_whole_episode",
        ((ADD, ADD.replace("weights)", "weights.sum(axis=1, keepdims=True))")),),
        "Each visit is given the sum of its episode's weights instead of its own.",
        "weights[b, t] belongs to one action. Which?",
    ),
    (
        "weights_without_effect",
        ((ADD, ADD.replace("weights)", "1.0)")),),
        "The weights have no effect: every visit counts the same.",
        "Which of two samples should move the policy more, if one has weight 0?",
    ),
    (
        "subtracts_a_mean",
        ((ADD, ADD.replace("weights)", "weights - weights.mean(axis=0))")),),
        "A mean is subtracted from the weights. Whoever calls this has subtracted what baseline they want already.",
        "What should the estimate from one single sample be?",
    ),
    (
        "scored_one_step_late",
        ((ADD, ADD.replace("(states, actions)", "(np.roll(states, -1, axis=1), actions)")),),
        "Each action is scored in the state that follows it, not in the one in which it was chosen.",
        "states[b, t] was seen before actions[b, t] was chosen. Which row of logits chose it?",
    ),
    (
        "overflows",
        ((SPREAD, SPREAD.replace("softmax(logits)", "(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))")),),
        "exp is taken of the raw logits: large ones overflow, and rows of low ones become 0/0.",
        "What can be subtracted from every logit of a row without changing its softmax?",
    ),
):
    score_function_gradient.misconception(identity, edits=(*edits, (CALL, APART)), message=message, question=question)
    score_function_gradient.another_form(identity, edits=edits)
BY_LOGARITHM = "np.exp(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))"
for identity, *changes in (
    (
        "pairs_counted_once",
        (ADD, "chosen[states, actions] += weights"),
        (
            SPREAD,
            "visits = np.bincount(states.ravel(), np.broadcast_to(weights, states.shape).ravel(), len(logits))\n"
            "    spread = visits[:, None] * softmax(logits)",
        ),
    ),
    (
        "scored_one_step_late",
        (ADD, ADD.replace("(states, actions)", "(np.append(states[:, 1:], states[:, -1:], axis=1), actions)")),
    ),
    (
        "softmax_over_the_states",
        (SPREAD, "spread = chosen.sum(axis=0) * softmax(logits, axis=0)"),
        (PRODUCT, PRODUCT.replace("logits)", "logits, axis=0)", 1)),
    ),
    (
        "overflows",
        (SPREAD, SPREAD.replace("softmax(logits)", BY_LOGARITHM)),
        (PRODUCT, PRODUCT.replace("softmax(logits)", BY_LOGARITHM)),
    ),
):
    score_function_gradient.another_form(identity, edits=changes)
    score_function_gradient.another_form(identity, edits=(*changes, (CALL, APART)))
score_function_gradient.misconception(
    "all_sequences_alike",
    edit=("(probabilities * returns)", "(returns / len(returns))"),
    message="The listed sequences are averaged as if all were equally likely. The policy makes some of them often and "
    "others hardly ever.",
    question="If a sequence is never written, can its return matter for the expected return?",
)
score_function_gradient.another_form("all_sequences_alike", edit=("(probabilities * returns)", "returns"))
score_function_gradient.misconception(
    "divides_the_exact_by_their_number",
    edit=("return len(actions) * score", "return score"),
    message="The exact gradient is divided by the number of sequences, though their probabilities sum to 1 already.",
    question="An expected value is Σ P(τ) · R(τ). Which further factor does it have?",
)
score_function_gradient.misconception(
    "log_probability_for_probability",
    edit=(PRODUCT, "np.log(softmax(logits)[states, actions]).sum(axis=1)"),
    message="Sequences are weighted with log P(τ), which is negative, instead of P(τ).",
    question="How do you get from Σ_t log π(a_t | s_t) back to a probability?",
)
score_function_gradient.misconception(
    "adds_probabilities",
    edit=(PRODUCT, PRODUCT.replace(".prod(", ".sum(")),
    message="The probabilities of a sequence's actions are added. That all of them happen has the probability of their "
    "product.",
    question="Two coins: how likely are two heads?",
)
score_function_gradient.another_form("adds_probabilities", edit=(PRODUCT, PRODUCT.replace(".prod(", ".mean(")))
score_function_gradient.misconception(
    "the_first_action_only",
    edit=(PRODUCT, "softmax(logits)[states[:, 0], actions[:, 0]]"),
    message="A sequence's probability is taken to be that of its first action.",
    question="How many choices must come out right for a sequence of three actions to be written?",
)
score_function_gradient.misconception(
    "returns_without_effect",
    edit=(
        CALL,
        CALL.replace("weights)", "weights * 0.0 + probabilities[:, None])"),
    ),
    message="The returns have no effect on the exact gradient.",
    question="Two policies write the same sequences equally often. What makes one of them better?",
)
score_function_gradient.misconception(
    "changes_its_inputs",
    edit=("(probabilities * returns)", "np.multiply(returns, probabilities, out=returns)"),
    message="The returns are multiplied in place, so the caller's array changes.",
    question="What is the difference between `x = x * p` and `x *= p` for the caller of the function?",
)
# Mistakes that a helper shared by both functions would make in both.
BOTH = {
    "softmax_over_the_states": "softmax(logits, axis=0)",
    "overflows": "(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))",
}
for identity, wrong in BOTH.items():
    in_both = [(line, line.replace("softmax(logits)", wrong)) for line in (SPREAD, PRODUCT)]
    score_function_gradient.another_form(identity, edits=in_both)
score_function_gradient.another_form(
    "scored_one_step_late",
    edits=((ADD, "np.add.at(chosen, (states[:, 1:], actions[:, :-1]), weights[:, :-1])"), (CALL, APART)),
)
score_function_gradient.another_form(
    "subtracts_a_mean", edits=((ADD, ADD.replace("weights)", "weights - weights.mean())")), (CALL, APART))
)

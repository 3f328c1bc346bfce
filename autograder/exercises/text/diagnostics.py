"""Judgement of `text.diagnostics`: the numbers of one update of a policy gradient, and the names of what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from . import diagnostics_case as case
from .diagnostics_case import BROUGHT, THRESHOLDS, compared, some_mask, some_weights

diagnostics = Judgement(
    "text.diagnostics",
    hints=(
        "Take one number at a time, and try it on a batch that you can work out by hand: one sequence, two tokens, two "
        "choices. `x[mask]` gathers what is kept into one axis.",
        "0 · log 0 is NaN in floating point; torch.xlogy(p, p) is p log p with 0 for p = 0. For the chance: the sum "
        "over the kept positions of log Σ p^(1 − s), plus s times the sum of the log-probs, for s = 0.5 and s = −0.5.",
        "torch.autograd.grad(loss, [x], retain_graph=True, allow_unused=True) gives the gradient by x, or None where "
        "the loss does not depend on it. It raises where loss or x does not require a gradient: ask that first.",
        "Weights (batch,) become (batch, time) by `weights.reshape(len(weights), -1).expand(mask.shape)`. Texts can be "
        "counted as tuples: `set` leaves one of each.",
        "Build a dict from each name to whether it is found, in the order of the table; return the names that are.",
    ),
)


def draw_distribution(rng: np.random.Generator, dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    """log_distribution, log_probs, old_log_probs and mask; what is masked is NaN, and one token has probability 0."""
    batch, time, vocab = (int(size) for size in rng.permutation([4, 5, 7]))
    log_distribution = torch.from_numpy(2.0 * rng.standard_normal((batch, time, vocab))).log_softmax(-1)
    log_distribution[0, 0] = torch.tensor([-torch.inf, *[-math.log(vocab - 1)] * (vocab - 1)])
    log_probs = torch.from_numpy(-rng.uniform(0.01, 3.0, (batch, time)))
    old = log_probs + torch.from_numpy(rng.normal(0.0, 0.3, (batch, time)))
    mask = some_mask(rng, batch, time)
    for value in (log_distribution, log_probs, old):
        value[~mask] = torch.nan
    return log_distribution.to(dtype), log_probs.to(dtype), old.to(dtype), mask


@diagnostics.check(weight=2)
def looks_at_the_distributions(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """distribution_numbers gives its six numbers of the kept positions, and of no others."""
    for dtype in (torch.float64, torch.float32, torch.float64):
        inputs = draw_distribution(rng, dtype)
        right = case.distribution(*inputs)
        size = float(inputs[1][inputs[3]].abs().sum())
        yield from compared(f"of distributions in {dtype}", s.call("distribution_numbers", *inputs), right, size)


@diagnostics.check()
def sees_what_is_no_distribution(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Raw logits in the place of log-probs show: sums far from 1 on either side, and log-probs above 0."""
    for shift in (-2.0, 1.5):
        log_distribution, log_probs, old, mask = draw_distribution(rng)
        inputs = (log_distribution + shift, log_probs + 3.0, old, mask)
        right, size = case.distribution(*inputs), 10.0 * log_probs.numel()
        yield from compared(f"shifted by {shift}", s.call("distribution_numbers", *inputs), right, size)


@diagnostics.check(weight=2)
def bounds_the_chance(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """log_chance is near 0 for draws from the distributions, and far below for tokens too unlikely or too likely."""
    for kind in ("drawn", "too unlikely", "too likely"):
        log_distribution = torch.from_numpy(rng.standard_normal((6, 30, 5))).log_softmax(-1)
        probs = log_distribution.exp().reshape(-1, 5).numpy()
        if kind == "drawn":
            picked = np.array([rng.choice(5, p=row / row.sum()) for row in probs])
        else:
            picked = probs.argmin(axis=-1) if kind == "too unlikely" else probs.argmax(axis=-1)
        tokens = torch.from_numpy(picked).reshape(6, 30, 1)
        log_probs = log_distribution.gather(-1, tokens).squeeze(-1)
        mask = torch.ones(6, 30, dtype=torch.bool)
        inputs = (log_distribution, log_probs, log_probs.clone(), mask)
        right = case.distribution(*inputs)
        yield from compared(f"of tokens that are {kind}", s.call("distribution_numbers", *inputs), right, 500.0)


def draw_graph(rng: np.random.Generator, per_token: bool) -> tuple[dict[str, Tensor], Tensor]:
    """Log-probs, old log-probs and weights, and a mask."""
    batch, time = (int(size) for size in rng.permutation([4, 6]))
    log_probs = torch.from_numpy(-rng.uniform(0.1, 3.0, (batch, time)))
    old = log_probs + torch.from_numpy(rng.normal(0.0, 0.3, (batch, time)))
    weights = some_weights(rng, batch, time, per_token)
    return {"log_probs": log_probs, "old": old, "weights": weights}, some_mask(rng, batch, time)


def slope(rng: np.random.Generator, kind: str, weights: Tensor, mask: Tensor) -> Tensor:
    """The gradient by log-probs of a loss of this kind."""
    right = -torch.where(mask, weights.reshape(len(weights), -1), 0.0) / len(mask)
    noise = torch.from_numpy(rng.standard_normal(mask.shape))
    return {
        "right": right,
        "a mean over each text": right / mask.sum(1, keepdim=True).clamp(min=1),
        "flipped": -right,
        "unmasked": right + 0.3 * noise * ~mask,
        "another": noise,
        "zero": 0.0 * right,
    }[kind]


@diagnostics.check(weight=3)
def follows_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """gradient_numbers gives the norm, the direction and the whereabouts of the loss's gradient."""
    for kind in ("right", "a mean over each text", "flipped", "unmasked", "another", "zero", "none"):
        for per_token in (False, True):
            values, mask = draw_graph(rng, per_token)
            slopes = {} if kind == "none" else {"log_probs": slope(rng, kind, values["weights"], mask)}
            if kind in ("another", "none"):
                slopes |= {"weights": torch.from_numpy(rng.standard_normal(tuple(values["weights"].shape)))}
            if kind in ("another", "unmasked"):
                slopes |= {"old": torch.from_numpy(rng.standard_normal(tuple(mask.shape)))}
            graph = s.bring(BROUGHT, "Graph").build("", values, slopes, per_token)
            parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
            got = s.call("gradient_numbers", graph.build("loss"), *parts, mask)
            yield from compared(f"of a loss that is {kind}", got, case.gradient(slopes, values["weights"], mask))


@diagnostics.check()
def survives_what_has_no_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where nothing has a gradient, or the weights are all 0, numbers are 0 and never NaN."""
    values, mask = draw_graph(rng, False)
    for where, slopes in (
        ("without any path", {}),
        ("with weights of 0", {"log_probs": slope(rng, "another", values["weights"], mask)}),
    ):
        weights = values["weights"] if not slopes else torch.zeros_like(values["weights"])
        graph = s.bring(BROUGHT, "Graph").build("", {**values, "weights": weights}, slopes, False)
        parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
        got = s.call("gradient_numbers", graph.build("loss"), *parts, mask)
        yield from compared(where, got, case.gradient(slopes, weights, mask))


@diagnostics.check()
def leaves_the_graph_as_it_was(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After gradient_numbers no tensor has a .grad that it had not before, and loss.backward() gives the right ones."""
    values, mask = draw_graph(rng, True)
    slopes = {
        "log_probs": slope(rng, "right", values["weights"], mask),
        "weights": torch.from_numpy(rng.standard_normal(tuple(mask.shape))),
    }
    graph = s.bring(BROUGHT, "Graph").build("", values, slopes, False)
    parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
    s.call("gradient_numbers", graph.build("loss"), *parts, mask)
    untouched = all(gradient is None for gradient in graph.call("gradients").values())
    yield holds("the gradients afterwards", untouched, "gradient_numbers leaves gradients in .grad")
    graph.tell("backward")
    for name, gradient in graph.call("gradients").items():
        yield close(f"the gradient of backward by {name}", gradient, slopes[name])


@diagnostics.check(weight=2)
def looks_at_weights_and_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """sample_numbers gives mean, spread and agreement of the weights, repetition and variety of the texts."""
    for number in range(4):
        tokens = torch.from_numpy(rng.integers(0, 3, (9, 7)))
        mask = some_mask(rng, 9, 7)
        mask[2:6], mask[6, 3:] = True, False
        mask[7], mask[8] = torch.arange(7) < 4, torch.arange(7) < 3
        tokens[3] = tokens[2]  # two of a kind
        tokens[7, 4:] = 9  # not part of the text
        rewards = torch.from_numpy(rng.standard_normal(9)).to(torch.float32)
        weights = some_weights(rng, 9, 7, per_token=number % 2 == 0)
        if number < 2:
            weights[~mask if weights.ndim == 2 else ~mask.any(dim=1)] = torch.nan
        if number == 3:
            weights = weights + rewards
        held = [s.hold(value) for value in (tokens, rewards, weights, mask)]
        yield from compared(
            "of texts", s.call("sample_numbers", *held), case.sample(tokens, rewards, weights, mask), 4.0
        )
        for name, remote, value in zip(
            ("tokens", "rewards", "weights", "mask"), held, (tokens, rewards, weights, mask), strict=True
        ):
            yield identical(name, remote.fetch(), value, f"the {name} were changed")


@diagnostics.check()
def knows_the_edges_of_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Equal rewards or weights agree by 0; texts of fewer than 4 tokens do not count; all alike have variety 0."""
    tokens, mask = torch.from_numpy(rng.integers(0, 5, (5, 6))), torch.ones(5, 6, dtype=torch.bool)
    rewards, weights = (torch.from_numpy(rng.standard_normal(5)) for _ in range(2))
    alike, half = tokens[:1].repeat(5, 1), torch.full((5,), 0.5, dtype=torch.float64)
    one_long = mask & (torch.arange(6) < 3)
    one_long[1] = True
    for where, inputs in (
        ("where rewards are equal", (tokens, half, weights, mask)),
        ("where weights are equal", (tokens, rewards, half, mask)),
        ("of texts that are all alike", (alike, rewards, weights, mask)),
        ("of one token again and again", (torch.full_like(tokens, 3), rewards, weights, mask)),
        ("of three tokens each", (tokens, rewards, weights, torch.arange(6).expand(5, 6) < 3)),
        ("of four tokens each", (tokens, rewards, weights, torch.arange(6).expand(5, 6) < 4)),
        ("of which one alone is long", (tokens, rewards, weights, one_long)),
    ):
        yield from compared(where, s.call("sample_numbers", *inputs), case.sample(*inputs), 4.0)


@diagnostics.check(weight=2)
def names_what_is_wrong(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """policy_gradient_diagnostics names all that the table says, in its order: at, above and below each threshold."""
    sound = {name: values[0] for name, values in THRESHOLDS.items()}
    inputs = [sound, *({**sound, name: value} for name, values in THRESHOLDS.items() for value in values[1:])]
    still = {**sound, "weight_mean": 0.0, "weight_std": 0.0}
    inputs += [
        {**still, "gradient_cosine": cosine, "gradient_norm": norm} for cosine in (0.0, -1.0) for norm in (0.0, 1.0)
    ]
    inputs += [{**sound, "gradient_cosine": cosine, "gradient_norm": 0.0} for cosine in (0.0, -1.0)]
    inputs += [{**sound, "weight_mean": mean, "weight_std": std} for mean in (0.5, -0.5) for std in (0.0, 0.25, 0.2)]
    inputs += [{name: float(rng.choice(values)) for name, values in THRESHOLDS.items()} for _ in range(60)]
    for numbers, got in zip(inputs, s.each("policy_gradient_diagnostics", [(item,) for item in inputs]), strict=True):
        changed = ", ".join(f"{name} = {numbers[name]:g}" for name in numbers if numbers[name] != sound[name])
        found = list(got) if isinstance(got, list | tuple) else got
        yield identical(f"what is wrong with {changed or 'a sound update'}", found, case.names(numbers))


@diagnostics.check()
def says_one_thing_of_what_is_not_finite(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a number is infinite or NaN, that alone is named; log_chance may be minus infinity."""
    sound = {name: values[0] for name, values in THRESHOLDS.items()}
    for name in THRESHOLDS:
        for value in (math.nan, math.inf):
            if name != "log_chance":
                numbers = {**sound, "repetition": 1.0, name: value}
                got = s.call("policy_gradient_diagnostics", numbers)
                yield identical(f"what is wrong where {name} is {value}", list(got), ["not_finite"])
    got = s.call("policy_gradient_diagnostics", {**sound, "log_chance": -math.inf})
    yield identical("what is wrong where log_chance is −inf", list(got), ["not_drawn_from_it"])


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    diagnostics.misconception(identity, edits=edits, source=source, message=message, question=question)


PROBS, CHOSEN = (
    "probs = log_distribution[mask].double().exp()",
    "log_probs[mask].double(), old_log_probs[mask].double()",
)
BOUNDS = "[(probs ** (1 - s)).sum(dim=-1).log().sum() + s * chosen.sum() for s in (0.5, -0.5)]"
IDEAL = "torch.where(mask, -weights.detach().double().reshape(len(weights), -1), 0.0)"
GRAD = "torch.autograd.grad(loss, [x], retain_graph=True, allow_unused=True, materialize_grads=True)"
AGREEMENT = "torch.corrcoef(both)[0, 1].item() if varied else 0.0"

mistake(
    "mask_ignored",
    "The mask has no effect on the distributions' numbers: what does not count is looked at too.",
    "What may stand at a position that the mask leaves out?",
    (PROBS, "probs = log_distribution.flatten(0, 1).double().exp()"),
    (CHOSEN, "log_probs.flatten().double(), old_log_probs.flatten().double()"),
)
mistake(
    "signed_error",
    "The sums are compared with one without the absolute value: a sum that is too small never shows.",
    "What is the largest of −0.5 and 0.001, and which of the two is the larger error?",
    ("(probs.sum(dim=-1) - 1).abs().max()", "(probs.sum(dim=-1) - 1).max()"),
)
mistake(
    "mean_error",
    "The error of the sums is averaged, so that one bad position hides among many.",
    "Which of a thousand positions should be reported?",
    ("(probs.sum(dim=-1) - 1).abs().max()", "(probs.sum(dim=-1) - 1).abs().mean()"),
)
mistake(
    "normalised_first",
    "The distribution goes through a softmax before it is looked at, which makes it sum to one whatever came in.",
    "If a check repairs what it checks, what can it still find?",
    (PROBS, "probs = log_distribution[mask].double().softmax(dim=-1)"),
)
mistake(
    "log_of_zero",
    "The entropy is NaN where a token has probability 0.",
    "What is p log p as p goes to 0, and what is 0 · (−inf) in floating point?",
    ("-torch.xlogy(probs, probs).sum(dim=-1)", "-(probs * probs.log()).sum(dim=-1)"),
)
mistake(
    "surprise_sign",
    "The sign of the surprise is turned round: it is positive for tokens that are less likely than on average.",
    "Is −log π of an unlikely token above or below the entropy?",
    ("(-chosen - entropy)", "(chosen + entropy)"),
)
mistake(
    "surprise_without_entropy",
    "The surprise is the mean of −log π(token) alone. Without the entropy beside it, nobody can say if that is much.",
    "What is the expectation of −log π(a) when a is drawn from π?",
    ("(-chosen - entropy)", "(-chosen)"),
)
mistake(
    "difference_for_ratio",
    "The difference of the log-probs is taken for the ratio less one; it is so only for small ones.",
    "What is the ratio of two probabilities whose logs differ by 1?",
    ("((chosen - old).exp() - 1).abs()", "(chosen - old).abs()"),
)
mistake(
    "ratio_of_logs",
    "The log-probs are divided by each other; the ratio is that of the probabilities.",
    "What is π/π_old in terms of log π and log π_old?",
    ("((chosen - old).exp() - 1)", "(chosen / old - 1)"),
)
mistake(
    "ratio_inverted",
    "The ratio is π_old/π, the wrong way round.",
    "Which policy is the numerator?",
    ("((chosen - old).exp() - 1)", "((old - chosen).exp() - 1)"),
)
mistake(
    "one_sided_chance",
    "Only tokens that are too unlikely show. Text drawn at a low temperature is too likely, and passes.",
    "Which sign of s makes likely tokens raise the product?",
    ("for s in (0.5, -0.5)", "for s in (0.5,)"),
)
mistake(
    "chance_of_one_token",
    "The bound is averaged over the tokens. The chances of independent tokens multiply, so their logs add up.",
    "How does the chance of a run of unlikely tokens change with its length?",
    (BOUNDS, BOUNDS.replace(".log().sum()", ".log().mean()").replace("chosen.sum()", "chosen.mean()")),
)
mistake(
    "power_of_s",
    "The mean of π(token)^(−s) is taken as Σ p^(−s); each term has to be weighted by its own probability.",
    "How is the mean of f(a) written for a drawn from π?",
    ("(probs ** (1 - s))", "(probs ** (-s))"),
)
mistake(
    "above_certainty",
    "The bound is not cut at 0, so it claims chances above one.",
    "What does an upper bound of 12 on a probability say?",
    ("min(0.0, *(bound.item() for bound in log_bounds))", "min(bound.item() for bound in log_bounds)"),
)
mistake(
    "calls_backward",
    "The gradient is made by `backward()`, which adds to the `.grad` of everything, and frees the graph.",
    "What do the parameters hold when the loop itself calls `backward()` afterwards?",
    source="""
taken = gradient_numbers


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    numbers = taken(loss, log_probs, old_log_probs, weights, mask)
    if loss.requires_grad:
        loss.backward()
    return numbers
""",
)
mistake(
    "frees_the_graph",
    "The graph is freed on the way: the loop's own `backward()` then fails.",
    "What does `retain_graph` keep, and who needs it afterwards?",
    source="""
taken = gradient_numbers


def gradient_numbers(loss, log_probs, old_log_probs, weights, mask):
    numbers = taken(loss, log_probs, old_log_probs, weights, mask)
    if loss.requires_grad and log_probs.requires_grad:
        torch.autograd.grad(loss, [log_probs], allow_unused=True)
    return numbers
""",
)
mistake(
    "fails_without_a_path",
    "Where the loss does not depend on a tensor, this raises; that there is no path is just what is to be found.",
    "What does autograd.grad do with a tensor that does not require a gradient?",
    ("if not (loss.requires_grad and x.requires_grad):", "if False:"),
)
diagnostics.another_form(
    "fails_without_a_path", edit=("allow_unused=True, materialize_grads=True", "allow_unused=False")
)
mistake(
    "ideal_without_minus",
    "The gradient is compared with +weight. A loss is minimised: where the weight is positive its gradient is negative.",
    "Which sign has ∂(−w · log π)/∂ log π?",
    (IDEAL, IDEAL.replace("-weights", "weights")),
)
mistake(
    "ideal_unmasked",
    "The gradient is compared with the weights of all tokens, also of those that do not count.",
    "What is the ideal gradient at a token that the mask leaves out?",
    (IDEAL, "-weights.detach().double().reshape(len(weights), -1).expand(mask.shape)"),
)
mistake(
    "one_angle_for_the_batch",
    "One angle is taken over the whole batch. A loss that averages over each text's own length then looks wrong.",
    "Which norms are multiplied: those of the batch, or those of each sequence?",
    ("(gradient.norm(dim=1) * ideal.norm(dim=1)).sum().item()", "(gradient.norm() * ideal.norm()).item()"),
)
mistake(
    "mean_of_cosines",
    "The cosines of the sequences are averaged with equal weight, and those of length 0 spoil the mean.",
    "A sequence without weight says nothing about the direction. How much should it count?",
    (
        "(gradient * ideal).sum().item() / sizes if sizes != 0 else 0.0",
        "nn.functional.cosine_similarity(gradient, ideal, dim=1).mean().item()",
    ),
)
mistake(
    "outside_not_a_share",
    "The norm outside the mask is given as it is; a share of the whole norm was asked for.",
    "Is 10⁻⁵ much? Of what?",
    ("gradient[~mask].norm().item() / norm if norm != 0 else 0.0", "gradient[~mask].norm().item()"),
)
mistake(
    "inside_for_outside",
    "The share of the gradient inside the mask is given, where that outside was asked for.",
    "Which tokens does ~mask choose?",
    ("gradient[~mask].norm()", "gradient[mask].norm()"),
)
mistake(
    "old_log_probs_forgotten",
    "Only the gradient by the weights is looked at; old log-probs that were not detached make a ratio that is constant.",
    "Through which two tensors must no gradient flow?",
    (
        "math.hypot(gradient_by(weights).norm().item(), gradient_by(old_log_probs).norm().item())",
        "gradient_by(weights).norm().item()",
    ),
)
mistake(
    "weights_forgotten",
    "Only the gradient by the old log-probs is looked at; through the weights it would reach the baseline.",
    "Through which two tensors must no gradient flow?",
    (
        "math.hypot(gradient_by(weights).norm().item(), gradient_by(old_log_probs).norm().item())",
        "gradient_by(old_log_probs).norm().item()",
    ),
)
mistake(
    "sample_deviation",
    "The variance is divided by the number of tokens less one, where their number was asked for.",
    "What is the standard deviation of a single number, by either formula?",
    ("std(correction=0)", "std()"),
)
mistake(
    "weights_of_all_tokens",
    "Mean and deviation are of all tokens, also those that do not count.",
    "How large would the mean of the weights be, were a batch mostly padding?",
    ("weights[mask], mask.any(dim=1)", "weights.flatten(), mask.any(dim=1)"),
)
mistake(
    "one_weight_for_each_sequence",
    "Weights (batch,) are averaged over the sequences, where each counts once for each of its tokens.",
    "How often does the weight of a sequence of ten tokens stand in the loss?",
    (
        "kept, some = weights[mask], mask.any(dim=1)",
        "some = mask.any(dim=1)\n    kept = weights[mask] if bool((weights != weights[:, :1])[mask].any()) else weights[some, 0]",
    ),
)
mistake(
    "agreement_of_sums",
    "The weights of a sequence are summed instead of averaged, so a long one seems better than a short one.",
    "Two sequences have the same reward and lengths 2 and 10. Should their weights look different?",
    (" / mask.sum(dim=1)[some]", ""),
)
mistake(
    "covariance",
    "The covariance is given, whose size depends on the units of rewards and weights.",
    "Between which numbers does a correlation lie?",
    ("torch.corrcoef(both)[0, 1]", "torch.cov(both)[0, 1]"),
)
mistake(
    "undefined_agreement",
    "Where all rewards or all weights are equal, the correlation is 0/0.",
    "What should be said of a batch in which every text earned the same?",
    (AGREEMENT, "torch.corrcoef(both)[0, 1].item()"),
)
mistake(
    "short_texts_count",
    "Texts of fewer than four tokens count too; a text of one token repeats itself wholly.",
    "What is the share of the commonest token in a text of one?",
    (" if int(keep.sum()) >= 4", " if int(keep.sum()) > 0"),
)
diagnostics.another_form("short_texts_count", edit=(" if int(keep.sum()) >= 4", " if int(keep.sum()) >= 3"))
mistake(
    "more_than_four",
    "Texts of exactly four tokens are left out.",
    "Does “at least 4” include 4?",
    ("int(keep.sum()) >= 4", "int(keep.sum()) > 4"),
)
mistake(
    "texts_with_padding",
    "The texts are compared with all that stands behind their end.",
    "Are two texts different if only their padding is?",
    ("tuple(row[keep].tolist())", "tuple(row.tolist())"),
)
mistake(
    "commonest_of_the_batch",
    "The commonest token of the whole batch is counted; repetition is meant within each text.",
    "Are texts degenerate if each begins with the same token and goes on in its own way?",
    (
        "shares = [max(text.count(token) for token in set(text)) / len(text) for text in texts]",
        "everything = [token for text in texts for token in text]\n"
        "    shares = [max(everything.count(token) for token in set(everything)) / len(everything)] if texts else []",
    ),
)
mistake(
    "distinct_share",
    "The number of different texts is divided by that of all, which is not 0 where all are alike.",
    "What should variety be for two equal texts?",
    ("(len(set(texts)) - 1) / (len(texts) - 1)", "len(set(texts)) / len(texts)"),
)
mistake(
    "alarm_without_weights",
    "A batch with weights of 0 is blamed for having no gradient; there was nothing to learn from it.",
    "What is the right gradient where every text earned the same?",
    ('some_weight and numbers["gradient_norm"] == 0', 'numbers["gradient_norm"] == 0'),
)
mistake(
    "centred_in_one_direction",
    "Only weights that are too large on average show; rewards that are all negative push one way as well.",
    "What do weights of −5 and −6 do to everything that is written?",
    ('abs(numbers["weight_mean"])', 'numbers["weight_mean"]'),
)
mistake(
    "astray_means_flipped",
    "A flipped sign is called a gradient that goes astray as well: one cause gets two names.",
    "Which cosines belong to gradient_astray?",
    ("-0.5 <= cosine < 0.95", "cosine < 0.95"),
)
mistake(
    "repetition_and_variety",
    "Degenerate text is named only where both numbers are bad; either is enough.",
    "A policy writes the same good-looking sentence for ever. What is its repetition?",
    ('numbers["repetition"] > 0.9 or', 'numbers["repetition"] > 0.9 and'),
)
mistake(
    "minus_infinity_is_not_finite",
    "A log_chance of minus infinity is called not finite; it says that a token was written that has probability 0.",
    "What is the chance of drawing what cannot be drawn, and what is its log?",
    (' if name != "log_chance"', ""),
)
mistake(
    "goes_on_after_nan",
    "Where a number is not finite the other names are given too, although the numbers mean little then.",
    "What does a comparison with NaN give?",
    source="""
rest = policy_gradient_diagnostics


def policy_gradient_diagnostics(numbers):
    finite = {name: value if math.isfinite(value) or name == "log_chance" else 0.0 for name, value in numbers.items()}
    found = rest(finite)
    return found if finite == numbers else ["not_finite", *found]
""",
)

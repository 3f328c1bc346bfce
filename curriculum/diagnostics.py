"""The debugging checklist of policy gradients as code: numbers of one update, what they say is wrong, and why.

An update is right when the tokens were drawn from the policy that scores them, when its gradient pushes each token's
log-prob as its weight says and nothing else, and when the weights tell good sequences from bad ones. Each of these is a
number. `Checklist` takes them in any loop, with one line before `loss.backward()`, and prints what is wrong once.

Symbols: `log_distribution` (batch, time, vocab) holds log π of every token, `log_probs` (batch, time) that of the
`tokens` drawn, both of the policy that is updated; `old_log_probs` were noted when the tokens were drawn. `weights`,
(batch,) or (batch, time), multiply the log-probs in the loss: returns or advantages. `mask` is True for the tokens that
count. `rewards` (batch,). An episode of actions is such a sequence too, with actions for tokens.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, variance

import torch
from torch import Tensor, nn


@torch.no_grad()
def distribution_numbers(
    log_distribution: Tensor, log_probs: Tensor, old_log_probs: Tensor, mask: Tensor
) -> dict[str, float]:
    """What the kept positions say of the distributions, and of the tokens as draws from them.

    sum_error: the largest |Σ p − 1|. largest_log_prob. ratio_error: the largest |π/π_old − 1| of a token. entropy: the
    mean, in nats. surprise: the mean of −log π(token), less the entropy; its expectation is 0. log_chance: the log of a
    bound on the probability that draws from these distributions are as unlikely, or as likely, as these tokens.

    The bound is Markov's inequality. Σ p · p^(−s) = Σ p^(1 − s) is the mean of π(token)^(−s), so the product over all
    tokens of π(token)^(−s) / Σ p^(1 − s) has mean 1, and exceeds x with probability at most 1/x. It is taken at s = ½
    (too unlikely: other tokens, a higher temperature) and s = −½ (too likely: a lower temperature).
    """
    probs = log_distribution[mask].double().exp()  # (kept, vocab)
    chosen, old = log_probs[mask].double(), old_log_probs[mask].double()
    entropy = -torch.xlogy(probs, probs).sum(1)
    log_bounds = [(probs ** (1 - s)).sum(1).log().sum() + s * chosen.sum() for s in (0.5, -0.5)]
    return {
        "sum_error": (probs.sum(1) - 1).abs().max().item(),
        "largest_log_prob": chosen.max().item(),
        "ratio_error": ((chosen - old).exp() - 1).abs().max().item(),
        "entropy": entropy.mean().item(),
        "surprise": (-chosen - entropy).mean().item(),
        "log_chance": min(0.0, *(bound.item() for bound in log_bounds)),
    }


def gradient_numbers(
    loss: Tensor, log_probs: Tensor, old_log_probs: Tensor, weights: Tensor, mask: Tensor
) -> dict[str, float]:
    """What the loss's gradient does to the log-probs g: it should be −weight at each token that counts, the ideal.

    gradient_norm: |g|, 0 where there is no path. gradient_cosine: Σ g · ideal / Σ over sequences |g| · |ideal|; 0 where
    it would be 0/0. It is 1 for a loss that averages over each sequence's own length, too. gradient_outside: the share
    of |g| on tokens that do not count. gradient_elsewhere: the norm of the gradient by `weights` and `old_log_probs`.

    The graph is left as it was: `loss.backward()` can still be called, and no `.grad` is touched.
    """

    def gradient_by(x: Tensor) -> Tensor:
        slope = torch.zeros_like(x)
        if loss.requires_grad and x.requires_grad:
            [slope] = torch.autograd.grad(loss, [x], retain_graph=True, materialize_grads=True)
        return slope.double()

    gradient, elsewhere = gradient_by(log_probs), (gradient_by(weights), gradient_by(old_log_probs))
    ideal = torch.where(mask, -weights.double().reshape(len(weights), -1), 0.0)
    norm, sizes = gradient.norm().item(), (gradient.norm(2, 1) * ideal.norm(2, 1)).sum().item()
    return {
        "gradient_norm": norm,
        "gradient_cosine": (gradient * ideal).sum().item() / sizes if sizes else 0.0,
        "gradient_outside": gradient[~mask].norm().item() / norm if norm else 0.0,
        "gradient_elsewhere": torch.stack([(slope**2).sum() for slope in elsewhere]).sum().sqrt().item(),
    }


@torch.no_grad()
def sample_numbers(tokens: Tensor, rewards: Tensor, weights: Tensor, mask: Tensor) -> dict[str, float]:
    """What the kept tokens and their weights look like.

    weight_mean, weight_std: of the kept tokens, the variance divided by their number. weight_agreement: the correlation
    of rewards and mean weights over the sequences that keep a token, 0 where either is the same for all.
    repetition: the share of a sequence's commonest token, averaged; 0 where no sequence is long enough. variety: 0
    where all sequences are alike, 1 where no two are, or there are fewer than two: 1 − repeats / (sequences − 1). These
    two are of the sequences that keep at least 4 tokens.
    """
    weights = weights.double().reshape(len(weights), -1).expand(mask.shape)
    some = [b for b, keep in enumerate(mask) if keep.any()]
    means = torch.stack([weights[b, mask[b]].mean() for b in some])
    both = torch.stack([rewards[some].double(), means])  # (2, sequences that keep a token)
    varied = bool((both != both[:, :1]).any(1).all())
    texts = [tuple(tokens[b, keep].tolist()) for b, keep in enumerate(mask) if keep.sum() >= 4]
    shares = [max(text.count(token) for token in set(text)) / len(text) for text in texts]
    return {
        "weight_mean": weights[mask].mean().item(),
        "weight_std": weights[mask].std(correction=0).item(),
        "weight_agreement": torch.corrcoef(both)[0, 1].item() if varied else 0.0,
        "repetition": sum(shares) / len(shares) if shares else 0.0,
        "variety": 1 - (len(texts) - len(set(texts))) / max(len(texts) - 1, 1),
    }


def policy_gradient_diagnostics(numbers: dict[str, float]) -> list[str]:
    """The names of what is wrong with an update, by the numbers of the three functions above, in this order.

    Where a number is not finite the others mean little, and that alone is said.
    """
    if not all(math.isfinite(numbers[name]) for name in numbers if name != "log_chance"):
        return ["not_finite"]
    some_weight = bool(numbers["weight_mean"] or numbers["weight_std"])
    some_gradient, cosine = bool(numbers["gradient_norm"]), numbers["gradient_cosine"]
    wrong = {
        "not_a_distribution": numbers["sum_error"] > 1e-3,
        "positive_log_prob": numbers["largest_log_prob"] > 1e-4,
        "not_drawn_from_it": numbers["log_chance"] < -20,
        "ratio_not_one": numbers["ratio_error"] > 1e-2,
        "no_gradient": some_weight and not some_gradient,
        "sign_flipped": some_weight and cosine < -0.5,
        "gradient_astray": some_weight and some_gradient and -0.5 <= cosine < 0.95,
        "outside_the_mask": numbers["gradient_outside"] > 1e-6,
        "not_detached": bool(numbers["gradient_elsewhere"]),
        "not_centred": abs(numbers["weight_mean"]) > 2 * numbers["weight_std"],
        "not_scaled": numbers["weight_std"] > 10,
        "against_the_rewards": numbers["weight_agreement"] < -0.5,
        "degenerate_text": numbers["repetition"] > 0.9 or numbers["variety"] < 0.05,
    }
    return [name for name, found in wrong.items() if found]


SAYS = {
    "not_finite": (
        "the gradient, the weights or the entropy are not finite",
        "a division by a standard deviation of 0, log(0), or a learning rate that is too high",
    ),
    "not_a_distribution": (
        "the distributions do not sum to one (off by up to {sum_error:.3g})",
        "raw logits taken for log-probs, or a softmax over another axis than the vocabulary",
    ),
    "positive_log_prob": (
        "a token has the log-prob {largest_log_prob:.3g}, a probability above one",
        "raw logits, or probabilities, taken for log-probs",
    ),
    "not_drawn_from_it": (
        "the tokens were not drawn from these distributions: their mean −log π is {surprise:+.2f} nats off the entropy",
        "logits and tokens shifted by one, or drawn at another temperature, by another policy or under a filter",
    ),
    "ratio_not_one": (
        "before the first update a ratio π/π_old is off one by {ratio_error:.3g}",
        "dropout that was active, another temperature, or log-probs of other tokens",
    ),
    "no_gradient": (
        "no gradient comes from the loss to the log-probs",
        "log-probs computed under no_grad, detached, or made a number by .item(); or old log-probs that are the same "
        "tensor, not detached",
    ),
    "sign_flipped": (
        "the gradient points against the weights (cosine {gradient_cosine:.2f}): what was rewarded becomes rarer",
        "the loss has lost its minus sign",
    ),
    "gradient_astray": (
        "the gradient of the log-probs does not follow the weights (cosine {gradient_cosine:.2f})",
        "weights lined up with other tokens, π in the place of log π, or a broadcast that mixes sequences",
    ),
    "outside_the_mask": (
        "{gradient_outside:.0%} of the gradient lies on tokens that do not count",
        "prompt, padding or what stands after the end in the loss",
    ),
    "not_detached": (
        "gradient flows into the weights or the old log-probs",
        "a reward, a baseline or old log-probs that were not detached",
    ),
    "not_centred": (
        "the weights are {weight_mean:.3g} on average, with a standard deviation of {weight_std:.3g}: all push one way",
        "no baseline, or returns that are not normalised",
    ),
    "not_scaled": (
        "the weights have a standard deviation of {weight_std:.3g}, which multiplies the learning rate",
        "returns that are not normalised",
    ),
    "against_the_rewards": (
        "sequences with more reward have smaller weights (correlation {weight_agreement:.2f})",
        "baseline − reward in the place of reward − baseline, or rewards and sequences in another order",
    ),
    "degenerate_text": (
        "the text is degenerate: one token makes up {repetition:.0%} of a sequence, variety {variety:.2f}",
        "too little entropy: a learning rate that is too high, no entropy bonus, or a reward that repetition earns",
    ),
    "stands_still": (
        "the gradient is not 0, but the weights of the model do not change",
        "an optimizer that holds other parameters, no optimizer.step(), or a learning rate of 0",
    ),
    "gradients_cancel": (
        "the loss's gradient reaches the log-probs, but not the parameters",
        "old log-probs that were not detached, so that the ratio is constant, or log-probs cut off from the model",
    ),
    "reward_falls": (
        "the reward falls: {first:.3g} in the first steps, {last:.3g} in the last",
        "a sign in reward or loss, or a learning rate that is too high",
    ),
    "no_signal": (
        "no two sequences of a batch have ever had different rewards",
        "a reward that is out of reach from here (give partial credit), or one that does not look at the text",
    ),
    "signal_lost": (
        "rewards once differed, but for many updates no two sequences of a batch had different ones",
        "a policy that has collapsed, as by a learning rate that is too high; or a task that is solved",
    ),
    "no_comparison": (
        "rewards differ, but every weight has been 0 so far: nothing is learned, and the loss is 0 in silence",
        "groups whose texts are all rewarded alike, as by a reward that looks at the prompt alone, or at a group as a "
        "whole",
    ),
}
"""What each name means, and its likeliest cause."""
ENDS = 10
"""Updates at the beginning and at the end of a run whose rewards are compared."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    name: str
    problem: str
    cause: str
    step: int

    def __str__(self) -> str:
        return f"step {self.step}: {self.name}: {self.problem}. Likeliest cause: {self.cause}."


def trend(values: list[float]) -> float:
    """How many standard errors the mean of the last ENDS values lies above the first ones'; 0 before both are there."""
    if len(values) < 2 * ENDS:
        return 0.0
    first, last = values[:ENDS], values[-ENDS:]
    error = math.sqrt((variance(first) + variance(last)) / ENDS)
    return (mean(last) - mean(first)) / max(error, 1e-12)


class Checklist:
    """Looks at a training loop and says what is wrong with it, each thing once.

    Call it before `loss.backward()`, on the first minibatch that is learned from a batch of samples: there the policy
    is still the one that drew them. `say` gets each new finding. All are kept in `findings`, and the numbers of the
    last update in `numbers`.
    """

    PATIENCE = 3
    """Chance or one odd batch may show some problem once; it is said when it shows in so many updates in a row."""
    PATIENT = ("not_centred", "against_the_rewards", "degenerate_text", "stands_still")
    WIRED_STEPS = 10
    """Updates in which it is looked whether gradients reach the parameters, which costs a backward pass each time."""
    SIGNAL_STEPS = 20
    """Updates without any difference in rewards, or without any weight, after which there is no signal."""

    def __init__(self, model: nn.Module, say: Callable[[Finding], object] = print) -> None:
        self.model, self.say = model, say
        self.findings: list[Finding] = []
        self.numbers: dict[str, float] = {}
        self.rewards: list[float] = []
        self.in_a_row: dict[str, int] = {}
        self.signal = self.compared = False
        self.alike = 0
        """Updates since two sequences of a batch had different rewards."""
        self.before: list[Tensor] = []
        """The parameters at the last call, where they had a gradient."""

    def __call__(
        self,
        *,
        loss: Tensor,
        log_distribution: Tensor,
        tokens: Tensor,
        log_probs: Tensor,
        weights: Tensor,
        mask: Tensor,
        rewards: Tensor,
        old_log_probs: Tensor | None = None,
    ) -> list[Finding]:
        """What is newly found. Without `old_log_probs` the ratio is not looked at."""
        old = log_probs.detach() if old_log_probs is None else old_log_probs
        self.rewards.append(rewards.double().mean().item())
        self.numbers = {
            **distribution_numbers(log_distribution, log_probs, old, mask),
            **gradient_numbers(loss, log_probs, old, weights, mask),
            **sample_numbers(tokens, rewards, weights, mask),
        }
        wrong = [*policy_gradient_diagnostics(self.numbers), *self.over_time(loss, rewards, weights)]
        self.in_a_row = {name: self.in_a_row.get(name, 0) + 1 for name in wrong}
        return self.told(wrong)

    def over_time(self, loss: Tensor, rewards: Tensor, weights: Tensor) -> list[str]:
        """What only the parameters and the updates before show."""
        wrong = self.wired_wrongly(loss) if len(self.rewards) <= self.WIRED_STEPS else []
        differ = bool((rewards != rewards[0]).any())
        self.signal, self.alike = self.signal or differ, 0 if differ else self.alike + 1
        self.compared = self.compared or bool((weights != 0).any())
        if self.alike >= self.SIGNAL_STEPS:
            wrong.append("signal_lost" if self.signal else "no_signal")
        if self.signal and not self.compared and len(self.rewards) >= self.SIGNAL_STEPS:
            wrong.append("no_comparison")
        if trend(self.rewards) < -5:
            wrong.append("reward_falls")
        return wrong

    def wired_wrongly(self, loss: Tensor) -> list[str]:
        """Whether gradients reach the parameters, and whether the optimizer moves them."""
        wrong = []
        parameters = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        if self.before and all(map(torch.equal, self.before, parameters)):
            wrong.append("stands_still")
        reached = False
        if loss.requires_grad:
            gradients = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
            reached = any(gradient is not None and bool(gradient.any()) for gradient in gradients)
        if not reached and self.numbers["gradient_norm"] > 0:
            wrong.append("gradients_cancel")
        self.before = [parameter.detach().clone() for parameter in parameters] if reached else []
        return wrong

    def told(self, wrong: list[str]) -> list[Finding]:
        known = {finding.name for finding in self.findings}
        ends = {"first": mean(self.rewards[:ENDS]), "last": mean(self.rewards[-ENDS:])}
        new = []
        for name in wrong:
            ripe = name not in self.PATIENT or self.in_a_row[name] >= self.PATIENCE
            if ripe and name not in known:
                problem, cause = SAYS[name]
                new.append(Finding(name, problem.format(**self.numbers, **ends), cause, len(self.rewards)))
        for finding in new:
            self.say(finding)
        self.findings += new
        return new

"""What is missing: expressions of exercises' references, each with the variables that stand in its reach.

A *blank* is made by an edit of the reference as it stands in `curriculum`, so nothing is copied: in `place`, what is
missing stands between ⟦ and ⟧. What the policy is told of it is its goal, in one or two words, and the kinds of the
variables; how they are called, and what the answer is, it is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..catalog import exercise_named
from ..exercise import Exercise
from ..reference import edited_module
from .grammar import IllFormed, python, words_from

OPEN, CLOSE = "⟦", "⟧"
LEARNED, SISTER, STRANGER = "learned from", "sister", "stranger"


@dataclass(frozen=True)
class Blank:
    """One missing expression."""

    name: str
    exercise: Exercise
    place: str
    """Text of the reference that occurs once in the solution."""
    goal: tuple[str, ...]
    scope: tuple[tuple[str, str], ...]
    """The kind of each variable, and its text in the reference."""
    said: str = ""
    """What is missing, in the words that the grammar has, where the reference's own words are not among them."""
    role: str = LEARNED
    """A `sister` of one that is learned from has the same answer in other surroundings; a `stranger` has a new one.
    Neither is ever learned from."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind, _ in self.scope)

    @property
    def missing(self) -> str:
        """The expression that stands in the reference."""
        return self.place.partition(OPEN)[2].partition(CLOSE)[0]

    @property
    def library(self) -> str:
        return "torch" if "torch" in self.exercise.libraries else "np"

    def answer(self) -> list[str]:
        """One right answer, as words: the reference's own."""
        return words_from(self.said or self.missing, dict(self.scope))

    def expression(self, words: Sequence[str]) -> str:
        """What these words say here, in Python. Raises IllFormed."""
        return python(words, dict(self.scope), self.library)

    def submission(self, expression: str) -> str:
        """The reference's module with an expression in the place of the missing one."""
        before, _, after = self.place.partition(self.missing)
        old = self.place.replace(OPEN, "").replace(CLOSE, "")
        new = f"{before.removesuffix(OPEN)}({expression}){after.removeprefix(CLOSE)}"
        return edited_module(self.exercise, ((old, new),))


def well_formed(blank: Blank, words: Sequence[str]) -> bool:
    try:
        blank.expression(words)
    except IllFormed:
        return False
    return True


def _blank(
    name: str, exercise_id: str, place: str, goal: str, said: str = "", role: str = LEARNED, **scope: str
) -> Blank:
    kinds = tuple((kind.replace("_", "-"), meaning) for kind, meaning in scope.items())
    return Blank(name, exercise_named(exercise_id), place, tuple(goal.split()), kinds, said, role)


BLANKS = (
    _blank(
        "inverted dropout",
        "dropout.inverted",
        "return (⟦x * mask / keep⟧).astype",
        "scaled mean-kept",
        input="x",
        mask="mask",
        keep="keep",
        rate="self.dropout_rate",
    ),
    _blank(
        "variance-stabilised dropout",
        "dropout.variance_stabilized",
        "return (⟦x * mask / np.sqrt(keep)⟧).astype",
        "scaled second-moment-kept",
        input="x",
        mask="mask",
        keep="keep",
        rate="self.dropout_rate",
    ),
    _blank(
        "the share that is kept",
        "dropout.mask",
        "np.random.random(shape) < ⟦1.0 - dropout_rate⟧",
        "share kept",
        rate="dropout_rate",
    ),
    _blank(
        "the mean after dropout",
        "dropout.moments",
        "mean_y = ⟦keep * scale * mean⟧",
        "moment",
        keep="keep",
        scale="scale",
        mean="mean",
        variance="variance",
        rate="dropout_rate",
    ),
    _blank(
        "the variance from two moments",
        "dropout.moments",
        "return mean_y, ⟦second_moment_y - mean_y**2⟧",
        "moment shifted",
        second_moment="second_moment_y",
        mean="mean_y",
        scale="scale",
        keep="keep",
    ),
    _blank(
        "the gradient through dropout",
        "dropout.backward",
        "return (⟦grad_output * mask * scale⟧).astype",
        "backward scaled",
        gradient="grad_output",
        mask="mask",
        scale="scale",
    ),
    _blank(
        "the second moment after a layer",
        "dropout.depth",
        "ratio = ⟦(1.0 - dropout_rate) * scale**2⟧",
        "ratio second-moment-kept",
        rate="dropout_rate",
        scale="scale",
    ),
    _blank(
        "scores of attention",
        "attention.scaled_dot_product_attention",
        "scores = ⟦q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5⟧",
        "logits scaled",
        dots="q @ k.swapaxes(-1, -2)",
        width="q.shape[-1]",
        others="k.shape[-2]",
    ),
    _blank(
        "a softmax without overflow",
        "attention.softmax",
        "np.exp(⟦x - x.max(axis=axis, keepdims=True)⟧)",
        "softmax shifted",
        input="x",
        maximum="x.max(axis=axis, keepdims=True)",
        sum="x.sum(axis=axis, keepdims=True)",
    ),
    _blank(
        "the weights of a softmax",
        "attention.softmax",
        "return ⟦exponentials / exponentials.sum(axis=axis, keepdims=True)⟧",
        "softmax normalised",
        input="exponentials",
        maximum="exponentials.max(axis=axis, keepdims=True)",
        sum="exponentials.sum(axis=axis, keepdims=True)",
    ),
    _blank(
        "half of a rotation",
        "attention.rope",
        "rotated[..., 0::2] = ⟦even * cos - odd * sin⟧",
        "rotated",
        even="even",
        odd="odd",
        cos="cos",
        sin="sin",
    ),
    _blank(
        "what is still to come",
        "reinforce.returns",
        "returns[:, t] += ⟦gamma * returns[:, t + 1]⟧",
        "return following",
        discount="gamma",
        next="returns[:, t + 1]",
        reward="rewards[:, t]",
    ),
    _blank(
        "the mean of the others",
        "reinforce.baselines",
        "return ⟦(returns.sum(axis=0) - returns) / others⟧",
        "baseline",
        sum="returns.sum(axis=0)",
        reward="returns",
        others="others",
    ),
    _blank(
        "a running sum that forgets",
        "reinforce.baselines",
        "total = ⟦returns[update - 1].mean() + decay * total⟧",
        "baseline moved",
        mean="returns[update - 1].mean()",
        decay="decay",
        previous="total",
    ),
    _blank(
        "normalised returns",
        "reinforce.normalize_returns",
        "return ⟦(returns - returns.mean(axis=0)) / deviation⟧",
        "normalised",
        reward="returns",
        mean="returns.mean(axis=0)",
        deviation="deviation",
    ),
    _blank(
        "normalised advantages",
        "ppo.normalize_advantages",
        "return ⟦(advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)⟧",
        "normalised",
        advantage="advantages",
        mean="advantages.mean()",
        deviation="advantages.std(correction=0)",
        epsilon="1e-8",
    ),
    _blank(
        "the TD error",
        "ppo.gae",
        "deltas = ⟦rewards + gamma * np.where(terminated, 0.0, next_values) - values⟧",
        "td-error",
        reward="rewards",
        discount="gamma",
        next="np.where(terminated, 0.0, next_values)",
        value="values",
    ),
    _blank(
        "the value of what follows",
        "ppo.gae",
        "gamma * ⟦np.where(terminated, 0.0, next_values)⟧",
        "following",
        said="(1.0 - terminated) * next_values",
        ended="terminated",
        next="next_values",
        value="values",
    ),
    _blank(
        "the recursion of advantages",
        "ppo.gae",
        "following = ⟦deltas[t] + decay[t] * following⟧",
        "recursion",
        delta="deltas[t]",
        decay="decay[t]",
        previous="following",
    ),
    _blank(
        "the ratio of PPO",
        "ppo.clipped_surrogate",
        "ratio = ⟦(log_probs - old_log_probs.detach()).exp()⟧",
        "ratio",
        log_prob="log_probs",
        old_log_prob="old_log_probs.detach()",
        advantage="advantages",
    ),
    _blank(
        "the estimate k2",
        "ppo.approx_kl",
        "return -log_ratio, ⟦0.5 * log_ratio**2⟧",
        "estimator",
        log_ratio="log_ratio",
    ),
    _blank(
        "a score less the price of distance",
        "text_ppo.token_rewards",
        "rewards = ⟦torch.where(last, scores[:, None], 0.0) - kl_coef * (log_probs - ref_log_probs)⟧",
        "penalised",
        score="torch.where(last, scores[:, None], 0.0)",
        price="kl_coef",
        log_prob="log_probs",
        ref_log_prob="ref_log_probs",
    ),
    _blank(
        "explained variance",
        "ppo.explained_variance",
        "float(⟦1.0 - np.var(returns - values) / np.var(returns)⟧)",
        "explained",
        residual_variance="np.var(returns - values)",
        variance="np.var(returns)",
    ),
    _blank(
        "an action drawn from a Gaussian",
        "continuous.gaussian_policy",
        "return (⟦mean + log_std.exp() * noise⟧).detach()",
        "drawn",
        mean="mean",
        log_deviation="log_std",
        noise="noise",
    ),
    # Parts of what is missing above: short, so that something is found early.
    _blank(
        "what scores are divided by",
        "attention.scaled_dot_product_attention",
        "k.swapaxes(-1, -2) / ⟦q.shape[-1] ** 0.5⟧",
        "logits",
        width="q.shape[-1]",
        others="k.shape[-2]",
    ),
    _blank(
        "returns about their mean",
        "reinforce.normalize_returns",
        "return (⟦returns - returns.mean(axis=0)⟧) / deviation",
        "shifted",
        reward="returns",
        mean="returns.mean(axis=0)",
        deviation="deviation",
    ),
    _blank(
        "the sum of the others",
        "reinforce.baselines",
        "return (⟦returns.sum(axis=0) - returns⟧) / others",
        "baseline shifted",
        sum="returns.sum(axis=0)",
        reward="returns",
        others="others",
    ),
    _blank(
        "a deviation that is never 0",
        "ppo.normalize_advantages",
        "(advantages - advantages.mean()) / (⟦advantages.std(correction=0) + 1e-8⟧)",
        "normalised kept",
        mean="advantages.mean()",
        deviation="advantages.std(correction=0)",
        epsilon="1e-8",
    ),
    _blank(
        "the logarithm of a ratio",
        "ppo.approx_kl",
        "log_ratio = ⟦log_probs - old_log_probs⟧",
        "moved",
        log_prob="log_probs",
        old_log_prob="old_log_probs",
    ),
    _blank(
        "the distance of a token",
        "text_ppo.token_rewards",
        "kl_coef * (⟦log_probs - ref_log_probs⟧)",
        "moved penalised",
        log_prob="log_probs",
        ref_log_prob="ref_log_probs",
        score="scores[:, None]",
    ),
    # Never learned from: the same answers in other surroundings.
    _blank(
        "dropout on attention weights",
        "dropout.attention",
        "return ⟦weights * mask / keep⟧",
        "scaled mean-kept",
        role=SISTER,
        input="weights",
        mask="mask",
        keep="keep",
    ),
    _blank(
        "scores of heads of unequal widths",
        "attention.positional_multi_head_attention",
        "scores = ⟦q[:, keys] @ k[:, keys].T / np.sqrt(key_dim)⟧",
        "logits scaled",
        role=SISTER,
        dots="q[:, keys] @ k[:, keys].T",
        width="key_dim",
        model_width="d_model",
    ),
    _blank(
        "scores of a GPT",
        "gpt.causal_self_attention",
        "scores = ⟦q @ k.mT / math.sqrt(q.shape[-1])⟧",
        "logits scaled",
        role=SISTER,
        dots="q @ k.mT",
        width="q.shape[-1]",
    ),
    _blank(
        "the TD error of a token",
        "text_ppo.token_advantages",
        "delta = ⟦rewards[:, t] + gamma * next_value - values[:, t]⟧",
        "td-error",
        role=SISTER,
        reward="rewards[:, t]",
        discount="gamma",
        next="next_value",
        value="values[:, t]",
        **{"lambda": "lam"},
    ),
    _blank(
        "whitened advantages",
        "text_ppo.token_advantages",
        "whitened = ⟦(advantages - kept.mean()) / (kept.std(correction=0) + 1e-8)⟧",
        "normalised",
        role=SISTER,
        advantage="advantages",
        mean="kept.mean()",
        deviation="kept.std(correction=0)",
        epsilon="1e-8",
        mask="mask",
    ),
    _blank(
        "the mean of the others in a group",
        "grpo.rloo_advantages",
        "others = ⟦(grouped.sum(dim=1, keepdim=True) - grouped) / (group - 1)⟧",
        "baseline",
        role=SISTER,
        sum="grouped.sum(dim=1, keepdim=True)",
        reward="grouped",
        others="group - 1",
        mean="grouped.mean(dim=1, keepdim=True)",
    ),
    _blank(
        "the ratio of GRPO",
        "grpo.grpo_loss",
        "ratio = ⟦(log_probs - old_log_probs).exp()⟧",
        "ratio",
        role=SISTER,
        log_prob="log_probs",
        old_log_prob="old_log_probs",
        mask="mask",
    ),
    # Never learned from either, and the answer is a new one, in words that were learned elsewhere.
    _blank(
        "the recursion of a token",
        "text_ppo.token_advantages",
        "torch.where(mask[:, t], ⟦delta + gamma * lam * next_advantage⟧, 0.0)",
        "recursion",
        role=STRANGER,
        delta="delta",
        discount="gamma",
        previous="next_advantage",
        **{"lambda": "lam"},
    ),
    _blank(
        "observations on a common scale",
        "continuous.scaling",
        "standardised = ⟦(observations - self.moments.mean) / np.sqrt(self.moments.var + 1e-8)⟧",
        "normalised",
        role=STRANGER,
        input="observations",
        mean="self.moments.mean",
        variance="self.moments.var",
        epsilon="1e-8",
    ),
    _blank(
        "the other half of a rotation",
        "attention.rope",
        "rotated[..., 1::2] = ⟦even * sin + odd * cos⟧",
        "rotated moved",
        role=STRANGER,
        even="even",
        odd="odd",
        cos="cos",
        sin="sin",
    ),
    _blank(
        "the reward that DPO implies",
        "dpo.implicit_rewards",
        "return ⟦beta * (log_probs - ref_log_probs.detach())⟧",
        "penalised estimator",
        role=STRANGER,
        price="beta",
        log_prob="log_probs",
        ref_log_prob="ref_log_probs.detach()",
    ),
    _blank(
        "advantages by the group's deviation",
        "grpo.grpo_advantages",
        "advantages = ⟦advantages / (grouped.std(dim=1, keepdim=True) + 1e-4)⟧",
        "normalised",
        role=STRANGER,
        advantage="advantages",
        deviation="grouped.std(dim=1, keepdim=True)",
        epsilon="1e-4",
    ),
    _blank(
        "the shift that keeps the mean",
        "dropout.affine_corrected",
        "b = ⟦mean * (1.0 - a * keep)⟧",
        "shifted mean-kept",
        role=STRANGER,
        mean="mean",
        scale="a",
        keep="keep",
        variance="variance",
    ),
)


def blanks_of(*roles: str) -> list[Blank]:
    return [blank for blank in BLANKS if blank.role in roles]

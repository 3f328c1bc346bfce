"""`curriculum.diagnostics` names what is wrong with real training loops, and says nothing of sound ones."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, nn

from curriculum.diagnostics import SAYS, Checklist, Finding, distribution_numbers, policy_gradient_diagnostics, trend
from curriculum.grpo import grpo_advantages

VOCAB, TIME, BATCH, END = 12, 8, 64, 0
NUMBERS = (
    *("sum_error", "largest_log_prob", "ratio_error", "entropy", "surprise", "log_chance"),
    *("gradient_norm", "gradient_cosine", "gradient_outside", "gradient_elsewhere"),
    *("weight_mean", "weight_std", "weight_agreement", "repetition", "variety"),
)


class Policy(nn.Module):
    """Logits for the next token from the last one and from the place, with dropout on request."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.follows = nn.Parameter(0.3 * torch.randn(VOCAB, VOCAB))
        self.place = nn.Parameter(0.3 * torch.randn(TIME, VOCAB))
        self.dropout = dropout

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, time, vocab) for the tokens (batch, time) that stand before each."""
        logits = self.follows[tokens] + self.place[: tokens.shape[1]]
        return nn.functional.dropout(logits, self.dropout, self.training)


@torch.no_grad()
def drawn(policy: Policy, temperature: float = 1.0) -> Tensor:
    """Texts (BATCH, TIME + 1), which begin with token 1."""
    tokens = torch.ones(BATCH, 1, dtype=torch.int64)
    for _ in range(TIME):
        probs = (policy(tokens)[:, -1] / temperature).softmax(-1)
        tokens = torch.cat([tokens, torch.multinomial(probs, 1)], 1)
    return tokens


def up_to_end(written: Tensor) -> Tensor:
    return (written == END).cumsum(1) - (written == END).long() == 0


def share_of_even(written: Tensor, mask: Tensor) -> Tensor:
    """What earns a reward: tokens 2, 4, …; END earns nothing, and what would have stood behind it does not either."""
    return ((written % 2 == 0) & (written != END) & mask).float().mean(1)


def leave_one_out(rewards: Tensor) -> Tensor:
    return (rewards - rewards.mean(0)) * len(rewards) / (len(rewards) - 1)


@dataclass
class Loop:
    """REINFORCE on a small policy. Each bug is a change to one method or field; without one, the loop is sound."""

    learning_rate: float = 0.03
    temperature: float = 1.0
    dropout: float = 0.0
    entropy_coef: float = 0.02
    steps: int = 22
    said: list[Finding] = field(default_factory=list)

    def rewards(self, written: Tensor, mask: Tensor) -> Tensor:
        return share_of_even(written, mask)

    def weights(self, rewards: Tensor, written: Tensor, mask: Tensor) -> Tensor:
        return leave_one_out(rewards)

    def distribution(self, logits: Tensor) -> Tensor:
        return logits.log_softmax(-1)

    def chosen(self, log_distribution: Tensor, tokens: Tensor) -> Tensor:
        return log_distribution.gather(-1, tokens[:, 1:, None]).squeeze(-1)

    def mask(self, written: Tensor) -> Tensor:
        return up_to_end(written)

    def loss(self, log_probs: Tensor, old_log_probs: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
        spread = weights if weights.dim() == 2 else weights[:, None]
        return -(spread.detach() * torch.where(mask, log_probs, 0.0)).sum(1).mean()

    def old(self, policy: Policy, tokens: Tensor, log_probs: Tensor) -> Tensor:
        with torch.no_grad():
            return self.chosen(self.distribution(policy(tokens[:, :-1])), tokens)

    def learns(self, policy: Policy) -> list[nn.Parameter]:
        return list(policy.parameters())

    def run(self, seed: int) -> list[str]:
        """The names of what the checklist finds, in the order in which it does."""
        torch.manual_seed(seed)
        policy = Policy(self.dropout)
        checklist = Checklist(policy, self.said.append)
        optimizer = torch.optim.SGD(self.learns(policy), self.learning_rate * 30)
        for _ in range(self.steps):
            tokens = drawn(policy, self.temperature)
            written, true_mask = tokens[:, 1:], up_to_end(tokens[:, 1:])
            rewards = self.rewards(written, true_mask)
            mask = self.mask(written)
            weights = self.weights(rewards, written, true_mask)
            log_distribution = self.distribution(policy(tokens[:, :-1]))
            log_probs = self.chosen(log_distribution, tokens)
            old = self.old(policy, tokens, log_probs)
            entropy = -(log_distribution.exp() * log_distribution).sum(-1)[mask].mean()
            loss = self.loss(log_probs, old, weights, mask) - self.entropy_coef * entropy
            checklist(
                loss=loss,
                log_distribution=log_distribution,
                tokens=written,
                log_probs=log_probs,
                old_log_probs=old,
                weights=weights,
                mask=mask,
                rewards=rewards,
            )
            if not loss.isfinite():
                break  # nothing can be drawn from the next policy
            optimizer.zero_grad()
            if loss.requires_grad:
                loss.backward()
            optimizer.step()
        self.gained = checklist.rewards[-1] - checklist.rewards[0]
        return [finding.name for finding in self.said]


# --- sound loops


class PerPosition(Loop):
    def weights(self, rewards, written, mask):
        gained = ((written % 2 == 0) & (written != END) & mask).float() / TIME
        return leave_one_out(gained.flip(1).cumsum(1).flip(1))


class Normalised(Loop):
    def weights(self, rewards, written, mask):
        return (rewards - rewards.mean()) / (rewards.std() + 1e-6) / 5


class MeanOverOwnLength(Loop):
    def loss(self, log_probs, old_log_probs, weights, mask):
        return -(weights * (log_probs * mask).sum(1) / mask.sum(1)).mean() * 5


class FirstMinibatchOfPPO(Loop):
    def loss(self, log_probs, old_log_probs, weights, mask):
        ratio, spread = (log_probs - old_log_probs).exp(), weights[:, None]
        clipped = torch.minimum(ratio * spread, ratio.clamp(0.8, 1.2) * spread)
        return -(clipped * mask).sum() / mask.sum() * 5


@pytest.mark.parametrize("kind", [Loop, PerPosition, Normalised, MeanOverOwnLength, FirstMinibatchOfPPO])
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_said_of_a_sound_loop(kind, seed):
    loop = kind(steps=40)
    assert loop.run(seed) == []
    assert loop.gained > 0.1


# --- broken loops


class SignFlipped(Loop):
    def loss(self, *args):
        return -super().loss(*args)


class Detached(Loop):
    def loss(self, log_probs, *args):
        return super().loss(log_probs.detach(), *args)


class CutOff(Loop):
    def __init__(self):
        super().__init__(entropy_coef=0.0)

    def chosen(self, log_distribution, tokens):
        return super().chosen(log_distribution, tokens).detach().requires_grad_()


class NoGrad(Loop):
    def distribution(self, logits):
        return super().distribution(logits.detach())


class OffsetReturns(Loop):
    def weights(self, rewards, written, mask):
        return rewards + 5


class LargeReturns(Loop):
    def weights(self, rewards, written, mask):
        return 500 * leave_one_out(rewards)


class BaselineMinusReward(Loop):
    def weights(self, rewards, written, mask):
        return -leave_one_out(rewards)


class Shifted(Loop):
    def chosen(self, log_distribution, tokens):
        return log_distribution.gather(-1, tokens[:, :-1, None]).squeeze(-1)


class Cold(Loop):
    def __init__(self):
        super().__init__(temperature=0.6)


class Hot(Loop):
    def __init__(self):
        super().__init__(temperature=4.0)


class Dropping(Loop):
    def __init__(self):
        super().__init__(dropout=0.1)


class PaddingInTheMask(Loop):
    """What stands behind END was drawn, but the text is cut there and filled up."""

    def mask(self, written):
        written[~up_to_end(written)] = 3
        return torch.ones_like(written, dtype=torch.bool)


class PaddingInTheLoss(Loop):
    def loss(self, log_probs, old_log_probs, weights, mask):
        return super().loss(log_probs, old_log_probs, weights, torch.ones_like(mask))


class BaselineNotDetached(Loop):
    def weights(self, rewards, written, mask):
        self.baseline = nn.Parameter(torch.tensor(0.3))
        return rewards - self.baseline

    def loss(self, log_probs, old_log_probs, weights, mask):
        return -(weights[:, None] * log_probs * mask).sum(1).mean()


class OldNotDetached(FirstMinibatchOfPPO):
    def old(self, policy, tokens, log_probs):
        return self.chosen(self.distribution(policy(tokens[:, :-1])), tokens)


class OldIsTheSameTensor(FirstMinibatchOfPPO):
    def old(self, policy, tokens, log_probs):
        return log_probs


class ProbabilityForItsLog(Loop):
    def loss(self, log_probs, *args):
        return super().loss(log_probs.exp(), *args)


class WeightsOfOtherTokens(PerPosition):
    def loss(self, log_probs, old_log_probs, weights, mask):
        return super().loss(log_probs, old_log_probs, weights.roll(1, 1), mask)


class WeightsOfOtherSequences(Loop):
    def loss(self, log_probs, old_log_probs, weights, mask):
        return super().loss(log_probs, old_log_probs, weights.roll(1, 0), mask)


class RawLogits(Loop):
    def distribution(self, logits):
        return logits


class SoftmaxOverTime(Loop):
    def distribution(self, logits):
        return logits.log_softmax(1)


class OtherOptimizer(Loop):
    def learns(self, policy):
        return list(Policy().parameters())


class StepForgotten(Loop):
    def __init__(self):
        super().__init__(learning_rate=0.0)


class ConstantReward(Loop):
    def rewards(self, written, mask):
        return torch.ones(len(written))


class RewardDriesUp(Loop):
    """From the fifth update on nothing that is written earns anything."""

    def __init__(self):
        super().__init__(steps=30)
        self.asked = 0

    def rewards(self, written, mask):
        self.asked += 1
        return super().rewards(written, mask) * (self.asked < 5)


class RewardOfThePrompt(Loop):
    """Groups of eight texts, all of which are rewarded by what was asked."""

    def rewards(self, written, mask):
        return torch.rand(BATCH // 8).repeat_interleave(8)

    def weights(self, rewards, written, mask):
        return grpo_advantages(rewards, 8)


class RewardsRepetition(Loop):
    """The reward can be had by one token again and again."""

    def __init__(self):
        super().__init__(learning_rate=0.5, entropy_coef=0.0, steps=80)

    def rewards(self, written, mask):
        return ((written == 4) & mask).float().mean(1)


class RewardsOneText(RewardsRepetition):
    """Only one text earns all of the reward, whatever was asked."""

    def rewards(self, written, mask):
        return ((written == torch.arange(2, TIME + 2)) & mask).float().mean(1)


class DividesByNothing(ConstantReward):
    def weights(self, rewards, written, mask):
        return (rewards - rewards.mean()) / rewards.std()


BROKEN = {
    SignFlipped: "sign_flipped",
    Detached: "no_gradient",
    CutOff: "gradients_cancel",
    NoGrad: "no_gradient",
    OffsetReturns: "not_centred",
    LargeReturns: "not_scaled",
    BaselineMinusReward: "against_the_rewards",
    Shifted: "not_drawn_from_it",
    Cold: "not_drawn_from_it",
    Hot: "not_drawn_from_it",
    Dropping: "ratio_not_one",
    PaddingInTheMask: "not_drawn_from_it",
    PaddingInTheLoss: "outside_the_mask",
    BaselineNotDetached: "not_detached",
    OldNotDetached: "not_detached",
    OldIsTheSameTensor: "no_gradient",
    ProbabilityForItsLog: "gradient_astray",
    WeightsOfOtherTokens: "gradient_astray",
    WeightsOfOtherSequences: "gradient_astray",
    RawLogits: "not_a_distribution",
    SoftmaxOverTime: "not_a_distribution",
    OtherOptimizer: "stands_still",
    StepForgotten: "stands_still",
    ConstantReward: "no_signal",
    RewardOfThePrompt: "no_comparison",
    RewardDriesUp: "signal_lost",
    RewardsRepetition: "degenerate_text",
    RewardsOneText: "degenerate_text",
    DividesByNothing: "not_finite",
}


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_a_broken_loop_is_named(kind, seed):
    assert BROKEN[kind] in kind().run(seed)


# --- the parts


def test_a_finding_says_what_is_wrong_and_why():
    loop = SignFlipped()
    loop.run(0)
    text = str(loop.said[0])
    assert text.startswith("step 1: sign_flipped: ") and "cosine -1.00" in text and "minus sign" in text


def test_each_thing_is_said_once():
    found = SignFlipped().run(1)
    assert len(found) == len(set(found))


def test_all_that_can_be_found_is_explained():
    names = policy_gradient_diagnostics(dict.fromkeys(NUMBERS, 0.0))
    assert set(names) <= set(SAYS)
    assert {*BROKEN.values(), "reward_falls", "positive_log_prob"} == set(SAYS)


def test_the_bound_on_chance_is_one():
    """Draws from the distributions themselves fall below any chance less often than it says."""
    generator = torch.Generator().manual_seed(0)
    mask = torch.ones(1, 40, dtype=torch.bool)
    below = 0
    for _ in range(400):
        log_distribution = (3 * torch.randn(1, 40, 6, generator=generator)).log_softmax(-1)
        drawn = torch.multinomial(log_distribution[0].exp(), 1, generator=generator)
        log_probs = log_distribution[0].gather(-1, drawn).T
        below += distribution_numbers(log_distribution, log_probs, log_probs, mask)["log_chance"] < -3
    assert below <= 400 * 2 * 0.05


def test_a_trend_is_counted_in_standard_errors():
    assert trend([0.1, 0.2] * 5) == 0.0  # too few
    rising = [0.1, 0.2] * 5 + [0.6, 0.7] * 5
    assert trend(rising) == pytest.approx(0.5 / (2 * 0.05**2 / 9) ** 0.5)
    assert trend(rising[::-1]) == -trend(rising)

"""RLHF's parts: whitening, rewards, the controller, losses of the KL, the best of n, and one update of four models."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from curriculum.gpt import GPT, GPTConfig
from curriculum.rlhf import (
    AdaptiveKLController,
    ValueModel,
    best_of_n,
    best_of_n_kl,
    kl_loss,
    kl_penalized_rewards,
    masked_whiten,
    rlhf_step,
)
from curriculum.sampling import generate
from curriculum.text_advantages import whiten
from curriculum.text_ppo import frozen_copy

VOCAB, PROMPT, ROOM, EOS = 8, 2, 5, 2


class ShareOf3(nn.Module):
    """A reward model that likes the token 3."""

    def forward(self, tokens):
        return (tokens[:, PROMPT:] == 3).float().mean(dim=1)


class Four:
    """The four models, with an optimizer of the two that learn."""

    def __init__(self):
        torch.manual_seed(0)
        shape = GPTConfig(vocab_size=VOCAB, context=PROMPT + ROOM, n_layer=1, n_head=2, d_model=16)
        self.policy, self.value_model = GPT(shape), ValueModel(GPT(shape))
        self.reference, self.reward_model = frozen_copy(self.policy), ShareOf3()
        learned = [*self.policy.parameters(), *self.value_model.parameters()]
        self.optimizer = torch.optim.Adam(learned, lr=3e-3)

    def step(self, kl_coef=0.05, **settings):
        tokens = generate(self.policy, torch.randint(3, VOCAB, (32, PROMPT)), ROOM)
        models = (self.policy, self.reference, self.reward_model, self.value_model)
        minibatches = torch.randperm(32).split(16)
        return rlhf_step(*models, tokens, PROMPT, EOS, self.optimizer, minibatches, kl_coef, **settings)


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_whitening_is_that_of_chapter_4_or_leaves_the_mean():
    torch.manual_seed(0)
    values, mask = 3.0 * torch.randn(4, 6) + 2.0, torch.rand(4, 6) < 0.6
    assert torch.allclose(masked_whiten(values, mask), whiten(values, mask), atol=1e-6)
    left = masked_whiten(values, mask, shift_mean=False)[mask]
    assert left.mean() == pytest.approx(values[mask].mean().item(), abs=1e-5)
    assert left.std(correction=0) == pytest.approx(1.0, abs=1e-5)


def test_whitened_rewards_pay_for_length():
    """Why `rlhf_step` whitens advantages only."""
    rewards, mask = torch.zeros(2, 9), torch.arange(9) < torch.tensor([3, 9])[:, None]
    rewards[0, 2] = rewards[1, 8] = 1.0
    short, long = masked_whiten(rewards, mask).sum(dim=1)
    assert short > long + 1.0


def test_a_text_without_an_end_gets_the_missing_score_unclipped():
    ones, mask = torch.zeros(2, 3), torch.ones(2, 3, dtype=torch.bool)
    ended = torch.tensor([True, False])
    rewards = kl_penalized_rewards(torch.tensor([9.0, 9.0]), ones, ones, mask, ended, 0.1, 1.5, -4.0)
    assert rewards[:, -1].tolist() == [1.5, -4.0]
    assert not rewards[:, :-1].any()


@settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 20.0), st.floats(0.01, 1.0), st.floats(0.2, 5.0))
def test_the_controller_brings_a_policy_that_gives_way_to_its_target(target, start, give):
    """A policy whose KL is give / coefficient at once has one coefficient at which it is on target."""
    controller = AdaptiveKLController(start, target, 1000.0)
    for _ in range(3000):
        controller.update(give / controller.value, 100)
    assert give / controller.value == pytest.approx(target, rel=1e-3)


def test_the_loss_has_the_gradient_of_the_kl_and_k1_has_none():
    torch.manual_seed(0)
    logits = torch.randn(6, dtype=torch.float64, requires_grad=True)
    ref = torch.randn(6, dtype=torch.float64).log_softmax(0)
    log_p = logits.log_softmax(0)
    [true] = torch.autograd.grad((log_p.exp() * (log_p - ref)).sum(), logits, retain_graph=True)
    whole = torch.ones(1, 1, dtype=torch.bool)
    each = torch.stack([kl_loss(log_p[i].reshape(1, 1), ref[i].reshape(1, 1), whole) for i in range(6)])
    [found] = torch.autograd.grad((log_p.detach().exp() * each).sum(), logits, retain_graph=True)
    [of_k1] = torch.autograd.grad((log_p.detach().exp() * (log_p - ref)).sum(), logits)
    assert torch.allclose(found, true)
    assert of_k1.abs().max() < 1e-12


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_the_bound_holds_for_any_texts_ties_and_all(n, scores):
    """Counted out over equally likely texts, of which several may have the same score."""
    divergence = 0.0
    for score in set(scores):
        at, below = scores.count(score) / len(scores), sum(other < score for other in scores) / len(scores)
        best = (below + at) ** n - below**n
        divergence += best * math.log(best / at) if best > 0 else 0.0
    assert divergence <= best_of_n_kl(n) + 1e-9


def test_the_best_of_n_is_the_best_of_each_prompt():
    assert best_of_n(torch.tensor([[0.0, 2.0, 1.0], [-1.0, -2.0, -3.0]])).tolist() == [1, 0]


def test_the_first_update_has_kl_0_and_ratio_1(one_thread):
    told = Four().step()
    assert told["kl"] == pytest.approx(0.0, abs=1e-5)
    assert told["first_clip_fraction"] == 0.0
    assert told["value_loss"] > 0.0


def test_score_and_kl_rise_and_a_high_price_holds_the_policy(one_thread):
    ends = {}
    for kl_coef in (0.0, 2.0):
        four = Four()
        history = [four.step(kl_coef) for _ in range(40)]
        ends[kl_coef] = (history[-1]["score"] - history[0]["score"], history[-1]["kl"])
    assert ends[0.0][0] > 0.3
    assert ends[0.0][1] > 1.0 > 0.3 > ends[2.0][1]


def test_texts_learn_to_end_where_no_end_costs(one_thread):
    shares = {}
    for missing in (None, -2.0):
        four = Four()
        shares[missing] = [four.step(missing_eos_score=missing)["ended"] for _ in range(30)][-1]
    assert shares[-2.0] > max(0.8, shares[None] + 0.2)


def test_only_two_of_the_four_learn(one_thread):
    four = Four()
    before = {name: [p.clone() for p in getattr(four, name).parameters()] for name in ("policy", "reference")}
    values = [p.clone() for p in four.value_model.parameters()]
    for _ in range(2):  # a fresh value model says 0 everywhere: its body gets its first gradient in the second step
        four.step()
    assert all(torch.equal(a, b) for a, b in zip(before["reference"], four.reference.parameters(), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(before["policy"], four.policy.parameters(), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(values, four.value_model.parameters(), strict=True))

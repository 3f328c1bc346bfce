"""REINFORCE for text: its gradient is exactly that of the expected reward, where all texts can be listed."""

import itertools
import math

import pytest
import torch

from curriculum.gpt import GPT, GPTConfig
from curriculum.text_rl import completion_mask, entropy_bonus, reinforce_loss, sequence_log_probs

EOS, VOCAB, PROMPT, TIME = 2, 4, 2, 5


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(VOCAB, context=TIME, n_layer=1, n_head=2, d_model=16)).double()
    for parameter in gpt.parameters():  # far from uniform, so that no text is like another
        torch.nn.init.normal_(parameter, std=0.4)
    return gpt


@pytest.fixture
def every_text() -> torch.Tensor:
    """One prompt, with everything that can be written after it: what follows an eos is all the same, 0."""
    texts = {
        text[: text.index(EOS) + 1] + (0,) * (TIME - PROMPT - 1 - text.index(EOS)) if EOS in text else text
        for text in itertools.product(range(VOCAB), repeat=TIME - PROMPT)
    }
    return torch.tensor([(1, 3, *text) for text in sorted(texts)])


def test_the_probabilities_of_all_texts_sum_to_one(model, every_text):
    log_probs = sequence_log_probs(model(every_text), every_text)
    mask = completion_mask(every_text, PROMPT, EOS)
    assert torch.where(mask, log_probs.double(), 0.0).sum(1).exp().sum().item() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("baseline", [0.0, 0.7])
def test_the_mean_gradient_of_the_loss_is_minus_that_of_the_expected_reward(model, every_text, baseline):
    mask = completion_mask(every_text, PROMPT, EOS)
    rewards = torch.linspace(-1.0, 2.0, len(every_text)) ** 2
    log_probs = sequence_log_probs(model(every_text), every_text)
    probs = torch.where(mask, log_probs, 0.0).sum(1).exp()
    exact = torch.autograd.grad((probs * rewards).sum(), model.parameters(), retain_graph=True)
    # The mean over samples is the sum over all texts, each as often as its probability says.
    weights = (rewards - baseline) * probs * len(every_text)
    estimate = torch.autograd.grad(reinforce_loss(log_probs, weights, mask), model.parameters())
    for mine, right in zip(estimate, exact, strict=True):
        torch.testing.assert_close(-mine, right, rtol=1e-4, atol=1e-6)


def test_what_follows_the_end_moves_neither_loss_nor_gradient(model):
    tokens = torch.tensor([[1, 3, 0, EOS, 0], [1, EOS, 3, 0, 1]])
    other = torch.tensor([[1, 3, 0, EOS, 3], [1, EOS, 3, 0, 1]])
    found = []
    for batch in (tokens, other):
        logits = model(batch)
        mask = completion_mask(batch, PROMPT, EOS)
        loss = reinforce_loss(sequence_log_probs(logits, batch), torch.tensor([1.0, -2.0]), mask)
        loss = loss - 0.1 * entropy_bonus(logits, mask)
        found.append((loss, *torch.autograd.grad(loss, model.parameters())))
    for one, two in zip(*found, strict=True):
        torch.testing.assert_close(one, two)


def test_sequence_weights_are_the_same_as_that_weight_at_every_target():
    log_probs, weights, mask = -torch.rand(3, 3), torch.randn(3), torch.rand(3, 3) < 0.7
    spread = weights[:, None].expand(3, 3)
    torch.testing.assert_close(reinforce_loss(log_probs, weights, mask), reinforce_loss(log_probs, spread, mask))


def test_one_step_down_the_loss_makes_rewarded_tokens_likelier():
    table = torch.zeros(VOCAB, requires_grad=True)
    tokens = torch.tensor([[0, 1], [0, 3]])
    mask = completion_mask(tokens, 1, EOS)
    loss = reinforce_loss(sequence_log_probs(table.expand(2, 2, VOCAB), tokens), torch.tensor([1.0, -1.0]), mask)
    [gradient] = torch.autograd.grad(loss, table)
    after = (table - gradient).softmax(-1)
    assert after[1] > 1 / VOCAB > after[3]


def test_own_tokens_cost_the_entropy():
    torch.manual_seed(0)
    logits = torch.randn(5).expand(4000, 4, 5)
    tokens = torch.multinomial(logits[0, 0].softmax(-1), 4000 * 4, replacement=True).view(4000, 4)
    everywhere = torch.ones(4000, 3, dtype=torch.bool)
    spent = -sequence_log_probs(logits, tokens).mean().item()
    # 12,000 draws of a surprise whose standard deviation is below 1: 0.06 is more than six of the mean's.
    assert spent == pytest.approx(entropy_bonus(logits, everywhere).item(), abs=0.06)


def test_the_largest_entropy_is_that_of_equal_chances():
    mask = torch.ones(2, 3, dtype=torch.bool)
    assert entropy_bonus(torch.full((2, 4, 7), 3.0), mask).item() == pytest.approx(math.log(7))

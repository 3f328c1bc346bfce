"""Prompts that are read once for a group: the same numbers and the same gradients as reading each text whole."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grader_reward.blanks import BLANKS
from autograder.grader_reward.experiment import fresh
from autograder.grader_reward.world import COMPLETION_LENGTH, PROMPT_LENGTH, BlankWorld
from curriculum.gpt import GPT, GPTConfig
from curriculum.language_models import ModelOptions, language_model
from curriculum.sampling import generate
from curriculum.shared_prompts import completion_log_probs, completion_logits, generate_groups
from curriculum.text_rl import sequence_log_probs
from curriculum.text_tasks import PAD
from curriculum.tiny_models import FAMILIES, save_tiny_model

VOCAB = 12


def gpt(seed: int = 0) -> GPT:
    torch.manual_seed(seed)
    return GPT(GPTConfig(VOCAB, 12, 2, 2, 16)).eval()


def both_ways(model, tokens, prompt_length, group):
    """Log-probs of the completions and the gradient of a weighted sum of them: shared, and each text read whole."""
    weights = torch.rand(len(tokens), tokens.shape[1] - prompt_length, generator=torch.Generator().manual_seed(1))

    def shared(model):
        return completion_log_probs(completion_logits(model, tokens, prompt_length, group), tokens)

    def whole(model):
        return sequence_log_probs(model(tokens), tokens)[:, prompt_length - 1 :]

    found = []
    for way in (shared, whole):
        one = copy.deepcopy(model)
        log_probs = way(one)
        (log_probs * weights).sum().backward()
        found.append([log_probs.detach(), *(p.grad for p in one.parameters() if p.grad is not None)])
    return found


def same(found) -> None:
    shared, whole = found
    assert len(shared) == len(whole) > 1
    for one, other in zip(shared, whole, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6), st.integers(1, 5), st.integers(0, 99))
def test_log_probs_and_gradients_are_those_of_reading_each_text_whole(prompts, group, prompt_length, length, seed):
    torch.manual_seed(seed)
    asked = torch.randint(3, VOCAB, (prompts, prompt_length)).repeat_interleave(group, dim=0)
    tokens = torch.cat([asked, torch.randint(0, VOCAB, (len(asked), length))], 1)
    same(both_ways(gpt(seed), tokens, prompt_length, group))


@pytest.mark.parametrize("family", FAMILIES)
def test_so_are_those_of_transformers_models_with_pads_in_front(tmp_path, family):
    pytest.importorskip("transformers", reason="the extra [transformers] is not installed")
    model = language_model(ModelOptions(model=str(save_tiny_model(tmp_path, family))), VOCAB, 12)
    asked = torch.randint(3, VOCAB, (3, 6))
    asked[0, :4] = PAD
    tokens = torch.cat([asked.repeat_interleave(2, dim=0), torch.randint(3, VOCAB, (6, 5))], 1)
    same(both_ways(model, tokens, 6, 2))


def test_so_are_those_of_a_policy_that_is_kept_to_a_grammar():
    model = fresh(0)
    asked = BlankWorld(BLANKS, lambda asked: []).prompts(5)  # nothing is judged
    tokens = generate_groups(model, asked, 4, COMPLETION_LENGTH)
    shared, whole = both_ways(model, tokens, PROMPT_LENGTH, 4)
    assert shared[0].isfinite().all()  # it writes nothing that it may not
    same((shared, whole))


@pytest.mark.parametrize("prompt_length", [1, 4])
def test_texts_begin_with_their_prompt_and_are_drawn_as_without_groups(prompt_length):
    model = gpt()
    asked = torch.randint(3, VOCAB, (3, prompt_length))
    repeated = asked.repeat_interleave(5, dim=0)
    torch.manual_seed(7)
    tokens = generate_groups(model, asked, 5, 4)
    torch.manual_seed(7)
    assert torch.equal(tokens, generate(model, repeated, 4))
    assert torch.equal(tokens[:, :prompt_length], repeated)

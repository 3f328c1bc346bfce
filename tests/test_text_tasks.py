"""Tasks for text: what their prompts are, and what earns their rewards."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from curriculum.text_rewards import brackets_reward, exact_match, penalize_length, sum_reward
from curriculum.text_tasks import BOS, EOS, TASKS, VOCABULARY

by_task = pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
EASY = [task for task in TASKS.values() if task.name != "even"]


def tokens(text: str) -> list[int]:
    return [VOCABULARY.index(word) for word in text.split()]


def completed(task_name: str, prompt: str, completion: str) -> torch.Tensor:
    """One sequence, the rest of its room filled with numbers that were never said."""
    task = TASKS[task_name]
    sequence = [BOS, *tokens(prompt), *tokens(completion.replace("$", "<eos>"))]
    assert len(tokens(prompt)) + 1 == task.prompt_length
    filled = sequence + tokens("1") * (task.prompt_length + task.completion_length - len(sequence))
    return torch.tensor([filled])


@by_task
def test_a_task_is_as_long_as_it_says_and_its_demonstrations_are_right(task):
    prompts = task.prompts(300, torch.Generator().manual_seed(1))
    shown = task.demonstrations(prompts)
    assert prompts.shape == (300, task.prompt_length) and prompts.dtype == torch.int64
    assert shown.shape == (300, task.prompt_length + task.completion_length)
    assert 10 <= shown.shape[1] <= 20 and 50 <= len(task.vocabulary) <= 100
    assert torch.equal(shown[:, : task.prompt_length], prompts)
    assert shown.min() >= 0 and shown.max() < len(task.vocabulary)
    assert torch.equal(task.rewards(shown), torch.ones(300)) and task.solved(shown).all()


@by_task
def test_the_same_generator_draws_the_same_prompts(task):
    drawn = [task.prompts(20, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4)]
    assert torch.equal(drawn[0], drawn[1])
    assert task.prompt_length == 1 or not torch.equal(drawn[0], drawn[2])


@pytest.mark.parametrize("task", EASY, ids=lambda task: task.name)
def test_a_text_of_anything_is_hardly_ever_right_and_one_that_is_not_the_prompts_is_not(task):
    generator = torch.Generator().manual_seed(2)
    shown = task.demonstrations(task.prompts(200, generator))
    shown[:, task.prompt_length :] = shown[:, task.prompt_length :].roll(1, 0)
    assert task.solved(shown).float().mean() < 0.5
    shown[:, task.prompt_length :] = torch.randint(60, (200, task.completion_length), generator=generator)
    assert task.solved(shown).float().mean() < 0.05


@pytest.mark.parametrize(
    ("name", "prompt", "completion", "credit"),
    [
        ("copy", "7 31 0 12 31 4 >", "7 31 0 12 31 4 $", 1.0),
        ("copy", "7 31 0 12 31 4 >", "7 31 0 $", 0.25),
        ("copy", "7 31 0 12 31 4 >", "7 31 0 12 31 4 4", 0.5),
        ("sort", "7 31 0 12 31 4 >", "0 4 7 12 31 31 $", 1.0),
        ("sort", "7 31 0 12 31 4 >", "0 0 0 0 0 0 $", 0.5 / 6),
        ("sum", "3 8 + 1 7 =", "5 5 0 $", 1.0),
        ("sum", "3 8 + 1 7 =", "0 5 5 $", 0.5 / 3),
        ("sum", "9 9 + 0 1 =", "0 0 1 $", 1.0),
        ("brackets", "( [ ] [ (", ") ] ) $", 1.0),
        ("brackets", "( [ ] [ (", "( ) ) ] ) $", 1.0),
        ("brackets", "( [ ] [ (", ") ) ] $", 0.5 / 3),
        ("brackets", "( [ ] [ (", "$", 0.0),
    ],
)
def test_rewards_are_what_the_table_says(name, prompt, completion, credit):
    sequence = completed(name, prompt, completion)
    task = replace(TASKS[name], partial_credit=0.5)
    assert task.rewards(sequence).item() == pytest.approx(credit)
    assert task.solved(sequence).item() == (credit == 1.0)


def test_even_numbers_are_paid_by_the_place_and_an_early_end_is_not():
    task = TASKS["even"]
    sequence = torch.tensor([[BOS, *tokens(" ".join(["2", "3"] * 7 + ["4"]))]])
    assert task.rewards(sequence).item() == pytest.approx(8 / 15)
    sequence[0, 3] = EOS
    assert task.rewards(sequence).item() == pytest.approx(1 / 15)


def test_a_length_penalty_is_paid_by_right_and_wrong_texts_alike():
    task = replace(TASKS["sum"], length_penalty=0.4)
    right = completed("sum", "1 1 + 1 1 =", "2 2 0 $")
    wrong = completed("sum", "1 1 + 1 1 =", "2 $")
    assert task.rewards(right).item() == pytest.approx(1 - 0.4 * 3 / 4)
    assert task.rewards(wrong).item() == pytest.approx(-0.4 * 1 / 4)
    assert task.solved(right) and not task.solved(wrong)


PAIRS = [(1, 2), (3, 4)]


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5]), min_size=1, max_size=9))
def test_balance_is_what_is_left_when_neighbouring_pairs_are_taken_out(completion):
    prompt = [1, 3, 1]
    text = completion[: completion.index(0)] if 0 in completion else completion
    left, before = [*prompt, *text], None
    while before != left:
        before = list(left)
        for place in range(len(left) - 1):
            if (left[place], left[place + 1]) in PAIRS:
                del left[place : place + 2]
                break
    got = brackets_reward(torch.tensor([prompt + completion]), len(prompt), PAIRS, eos=0)
    assert got.item() == float(0 in completion and not left)


@given(st.integers(0, 99), st.integers(0, 99), st.lists(st.integers(0, 12), min_size=4, max_size=6))
def test_a_sum_is_right_where_its_digits_spell_it(a, b, completion):
    eos, zero = 0, 2
    text = completion[: completion.index(eos)] if eos in completion else completion
    spelt = "".join(str(token - zero) if 0 <= token - zero <= 9 else "?" for token in reversed(text))
    right = eos in completion and len(text) == 3 and spelt == f"{a + b:03}"
    got = sum_reward(torch.tensor([completion]), torch.tensor([a]), torch.tensor([b]), 3, zero, eos)
    assert got.item() == float(right)


def test_an_answer_longer_than_the_room_is_never_right():
    earned = exact_match(torch.tensor([[5, 6]]), torch.tensor([[5, 6, 7]]), 0, 0.9)
    assert earned.item() == pytest.approx(0.6)


def test_rewards_carry_no_gradient_and_are_single_precision():
    completions = torch.tensor([[5, 0, 7, 7]])
    rewards = penalize_length(exact_match(completions, torch.tensor([[5]]), 0), completions, 0, 0.5)
    assert rewards.dtype == torch.float32 and not rewards.requires_grad
    assert rewards.item() == pytest.approx(1 - 0.5 / 4)

"""Every exercise as a task for a model: what is to be repaired is wrong, a twin's test contradicts its statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.agents import shapes
from autograder.agents.twins import twin_of
from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.errors import UsageError
from autograder.judge import grade
from autograder.reference import cells_of
from autograder.sandbox import shared_sandbox

NOT_REPAIRABLE = {"dropout.variance_stabilized"}  # it is a repair by itself
# These draw at random, work on objects, or are checked on large arrays: no call can be written down as a test.
WITHOUT_TWIN = {
    *("attention.positional_multi_head_attention", "attention.multi_head_attention"),
    *(f"progressive.{name}" for name in ("logistic_regression", "attention_pooling", "self_attention")),
    *("progressive.encoder_block", "progressive.training_loop"),
    *(f"gpt.{name}" for name in ("block", "model", "next_token_loss", "configure_optimizer", "generate", "counts")),
    *(f"dropout.{name}" for name in ("inverted", "variance_stabilized", "monte_carlo", "write_the_test")),
    "reinforce.sample_categorical",
    *(f"text.{name}" for name in ("reinforce_loss", "entropy_bonus", "rewards", "train", "diagnostics")),
    *("cartpole.rollout", "cartpole.train", "continuous.scaling", "text_ppo.experience", "text_ppo.update"),
    *("preferences.sft_loss", "preferences.reward_model"),
    *("rlhf.adaptive_kl", "rlhf.kl_loss", "rlhf.rlhf_step"),
    *("dpo.sequence_log_prob", "dpo.dpo_loss", "dpo.preference_step", "grpo.train"),
    *(f"sharding.{name}" for name in ("zero_optimizer", "fully_sharded_linear", "clip_grad_norm", "reshard")),
    "sharding.checkpointed",
    *(f"collectives.{name}" for name in ("reduce_scatter", "all_gather", "ring_all_reduce")),
    "data_parallel.data_parallel",
    *(f"tensor_parallel.{name}" for name in ("operators", "mlp", "attention", "cross_entropy")),
    *("pipeline.bubble", "pipeline.run_stage"),
}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_colleagues_code_is_wrong_with_any_number_of_mistakes_and_right_without(exercise):
    if exercise.id in NOT_REPAIRABLE:
        with pytest.raises(UsageError, match="one already"):
            shapes.repair(exercise, 1)
        return
    sandbox = shared_sandbox(exercise.libraries)
    assert grade(exercise, shapes.source(exercise), sandbox=sandbox, seed=1).passed
    for k in {1, shapes.most_planted(exercise)}:
        problem = shapes.repair(exercise, k)
        assert len(set(problem.planted)) == k
        assert not grade(exercise, problem.files[exercise.file], sandbox=sandbox, seed=1).passed


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_twins_test_is_failed_by_the_solution_and_passed_by_the_mistake(exercise):
    twin = twin_of(exercise)
    assert (twin is None) == (exercise.id in WITHOUT_TWIN)
    if twin is None:
        with pytest.raises(UsageError, match="no impossible twin"):
            shapes.twin(exercise)
        return
    [mistake] = [
        item for item in judgement_of(exercise).misconceptions if item.id == twin.misconception and item.form == 1
    ]
    sandbox = shared_sandbox(exercise.libraries)
    assert not twin.passed_by(cells_of(exercise), sandbox)
    assert twin.passed_by(cells_of(exercise, mistake), sandbox)


def test_a_task_is_the_same_in_all_its_runs():
    exercise = exercise_named("attention.rope")
    assert shapes.repair(exercise, 3) == shapes.repair(exercise, 3)


def test_the_prompt_says_what_is_asked_and_nothing_of_the_mistakes():
    exercise = exercise_named("attention.rope")
    problem = shapes.repair(exercise, 2)
    assert "has 2 mistakes" in problem.prompt and exercise.file in problem.prompt
    for item in judgement_of(exercise).misconceptions:
        assert item.id not in problem.prompt and item.message not in problem.prompt


def test_the_book_lists_the_exceptions():
    page = (Path(__file__).parent.parent / "book" / "grading_models.md").read_text()
    listed = page.partition("has no twin:")[2].partition(".\n")[0]
    assert set(re.findall(r"`(.+?)`", listed)) == WITHOUT_TWIN
    assert set(re.findall(r"allow it but `(.+?)`", page)) == NOT_REPAIRABLE

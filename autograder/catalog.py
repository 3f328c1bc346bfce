"""Every exercise's entry, in the order of the course: read without importing any check, NumPy or torch."""

from __future__ import annotations

import difflib
import functools
import importlib

from .entries import (
    attention,
    cartpole,
    collectives,
    continuous,
    data_parallel,
    dpo,
    dropout,
    gpt,
    grpo,
    h100,
    pipeline,
    ppo,
    preferences,
    progressive,
    reinforce,
    rlhf,
    sharding,
    tensor_parallel,
    text,
    text_ppo,
)
from .errors import JudgeError, UsageError
from .exercise import Exercise, Judgement

EXERCISES: tuple[Exercise, ...] = (
    *attention.ENTRIES,
    *progressive.ENTRIES,
    *gpt.ENTRIES,
    *dropout.ENTRIES,
    *reinforce.ENTRIES,
    *text.ENTRIES,
    *ppo.ENTRIES,
    *cartpole.ENTRIES,
    *continuous.ENTRIES,
    *text_ppo.ENTRIES,
    *preferences.ENTRIES,
    *rlhf.ENTRIES,
    *dpo.ENTRIES,
    *grpo.ENTRIES,
    *collectives.ENTRIES,
    *data_parallel.ENTRIES,
    *sharding.ENTRIES,
    *tensor_parallel.ENTRIES,
    *pipeline.ENTRIES,
    *h100.ENTRIES,
)


def exercise_named(identity: str) -> Exercise:
    """The entry of an exercise. Raises UsageError, which suggests the nearest id."""
    for exercise in EXERCISES:
        if exercise.id == identity:
            return exercise
    ids = [exercise.id for exercise in EXERCISES]
    # A learner may remember the name without its chapter.
    near = difflib.get_close_matches(identity, ids, n=1, cutoff=0.5) or [
        known for known in ids if difflib.get_close_matches(identity, [known.partition(".")[2]], n=1, cutoff=0.7)
    ]
    hint = f"; did you mean {near[0]!r}?" if near else "; `autograder list` shows them all"
    raise UsageError(f"there is no exercise {identity!r}{hint}")


@functools.cache
def judgement_of(exercise: Exercise) -> Judgement:
    """The checks, misconceptions and hints of an exercise (this imports its chapter's module)."""
    module = importlib.import_module(f"autograder.exercises.{exercise.chapter}")
    for value in vars(module).values():
        if isinstance(value, Judgement) and value.exercise_id == exercise.id:
            return value
    raise JudgeError(f"{module.__name__} has no judgement for {exercise.id}")

"""Every exercise's entry, in the order of the course: read without importing any check, NumPy or torch."""

from __future__ import annotations

import difflib
import functools
import importlib

from .errors import JudgeError, UsageError
from .exercise import Exercise, Judgement

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        id="attention.softmax",
        title="Softmax, stable and along any axis",
        notebook="01_attention/attention.ipynb",
        defines=("softmax",),
        reference="curriculum.attention",
        points=3,
        difficulty=1,
        minutes=10,
    ),
    Exercise(
        id="attention.causal_mask",
        title="The mask that hides the future",
        notebook="01_attention/attention.ipynb",
        defines=("causal_mask",),
        reference="curriculum.attention",
        points=1,
        difficulty=1,
        minutes=5,
    ),
    Exercise(
        id="attention.scaled_dot_product_attention",
        title="Scaled dot-product attention with a mask",
        notebook="01_attention/attention.ipynb",
        defines=("scaled_dot_product_attention",),
        reference="curriculum.attention",
        points=4,
        difficulty=2,
        minutes=25,
    ),
    Exercise(
        id="attention.split_and_merge_heads",
        title="Split into heads, and merge them again",
        notebook="01_attention/attention.ipynb",
        defines=("split_heads", "merge_heads"),
        reference="curriculum.attention",
        points=3,
        difficulty=2,
        minutes=15,
    ),
    Exercise(
        id="attention.sinusoidal_positions",
        title="Positions as sines and cosines",
        notebook="01_attention/attention.ipynb",
        defines=("sinusoidal_positions",),
        reference="curriculum.attention",
        points=3,
        difficulty=2,
        minutes=15,
    ),
    Exercise(
        id="attention.positional_multi_head_attention",
        title="Multi-head attention with learned positions and heads of unequal widths",
        notebook="01_attention/attention.ipynb",
        defines=("positional_multi_head_attention",),
        reference="curriculum.attention",
        points=8,
        difficulty=3,
        minutes=40,
        file="attention.py",
    ),
    Exercise(
        id="attention.multi_head_attention",
        title="Multi-head attention as a trained module",
        notebook="01_attention/attention.ipynb",
        defines=("MultiHeadAttention",),
        reference="curriculum.multi_head",
        points=6,
        difficulty=3,
        minutes=40,
        libraries=("numpy", "torch"),
        forbids=(
            "torch.nn.MultiheadAttention",
            "torch.nn.functional.multi_head_attention_forward",
            "torch.nn.functional.scaled_dot_product_attention",
            "aten::_native_multi_head_attention",
            "aten::scaled_dot_product_attention",
            "aten::_scaled_dot_product_attention_math",
            "aten::_scaled_dot_product_flash_attention_for_cpu",
        ),
    ),
    Exercise(
        id="attention.rope",
        title="Rotary positions",
        notebook="01_attention/attention.ipynb",
        defines=("apply_rope",),
        reference="curriculum.attention",
        points=4,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="attention.grouped_query_attention",
        title="Query heads that share their keys and values",
        notebook="01_attention/attention.ipynb",
        defines=("grouped_query_attention",),
        reference="curriculum.attention",
        points=4,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="attention.kv_cache",
        title="Generation with a cache of keys and values",
        notebook="01_attention/attention.ipynb",
        defines=("attend_with_kv_cache",),
        reference="curriculum.attention",
        points=5,
        difficulty=3,
        minutes=30,
    ),
    Exercise(
        id="attention.flash_attention_forward",
        title="FlashAttention forward: tiles and an online softmax",
        notebook="01_attention/attention.ipynb",
        defines=("flash_attention_forward",),
        reference="curriculum.flash_attention",
        points=8,
        difficulty=4,
        minutes=50,
        seconds=30.0,
    ),
    Exercise(
        id="attention.flash_attention_backward",
        title="FlashAttention backward: gradients from recomputed tiles",
        notebook="01_attention/attention.ipynb",
        defines=("flash_attention_backward",),
        reference="curriculum.flash_attention",
        points=8,
        difficulty=4,
        minutes=50,
        seconds=30.0,
    ),
    Exercise(
        id="progressive.order_free_labels",
        title="Questions about what the steps hold",
        notebook="01_attention/progressive_transformers.ipynb",
        defines=("step_sums", "any_positive", "sign_of_winner", "majority_positive", "has_pos_and_neg"),
        reference="curriculum.progressive.tasks",
        points=4,
        difficulty=1,
        minutes=20,
    ),
    Exercise(
        id="progressive.position_labels",
        title="Questions about where the steps stand",
        notebook="01_attention/progressive_transformers.ipynb",
        defines=("trend_sign", "last_above_first", "xor_of_endpoints", "parity_of_sign_changes", "max_before_min"),
        reference="curriculum.progressive.tasks",
        points=4,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="progressive.confusion_matrix",
        title="The four kinds of answers, counted",
        notebook="01_attention/progressive_transformers.ipynb",
        defines=("confusion_matrix",),
        reference="curriculum.progressive.metrics",
        points=2,
        difficulty=1,
        minutes=10,
    ),
    Exercise(
        id="progressive.roc_curve",
        title="The ROC curve, ties included",
        notebook="01_attention/progressive_transformers.ipynb",
        defines=("counts_by_threshold", "roc_curve"),
        reference="curriculum.progressive.metrics",
        points=5,
        difficulty=3,
        minutes=35,
    ),
    Exercise(
        id="progressive.precision_recall_curve",
        title="The precision–recall curve",
        notebook="01_attention/progressive_transformers.ipynb",
        defines=("precision_recall_curve",),
        reference="curriculum.progressive.metrics",
        points=4,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="dropout.mask",
        title="A random mask",
        notebook="02_dropout/dropout.ipynb",
        defines=("dropout_mask",),
        reference="curriculum.dropout",
        points=2,
        difficulty=1,
        minutes=10,
    ),
    Exercise(
        id="dropout.inverted",
        title="Inverted dropout: keep the mean",
        notebook="02_dropout/dropout.ipynb",
        defines=("InvertedDropout",),
        reference="curriculum.dropout",
        points=3,
        difficulty=2,
        minutes=15,
    ),
    Exercise(
        id="dropout.variance_stabilized",
        title="Repair a layer that is to keep the second moment",
        notebook="02_dropout/dropout.ipynb",
        defines=("VarianceStabilizedDropout",),
        reference="curriculum.dropout",
        points=4,
        difficulty=2,
        minutes=20,
        task="repair",
        file="dropout.py",
    ),
    Exercise(
        id="dropout.moments",
        title="Mean and variance after dropout, exactly",
        notebook="02_dropout/dropout.ipynb",
        defines=("dropout_moments",),
        reference="curriculum.dropout",
        points=3,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="dropout.affine_corrected",
        title="Keep mean and variance both",
        notebook="02_dropout/dropout.ipynb",
        defines=("affine_corrected_dropout",),
        reference="curriculum.dropout",
        points=4,
        difficulty=3,
        minutes=30,
    ),
    Exercise(
        id="dropout.backward",
        title="The gradient through dropout",
        notebook="02_dropout/dropout.ipynb",
        defines=("dropout_backward",),
        reference="curriculum.dropout",
        points=2,
        difficulty=1,
        minutes=10,
    ),
    Exercise(
        id="dropout.depth",
        title="The second moment through a deep ReLU net",
        notebook="02_dropout/dropout.ipynb",
        defines=("second_moment_through_depth",),
        reference="curriculum.dropout",
        points=2,
        difficulty=2,
        minutes=15,
    ),
    Exercise(
        id="dropout.attention",
        title="Dropout on attention weights",
        notebook="02_dropout/dropout.ipynb",
        defines=("attention_dropout", "row_sum_std"),
        reference="curriculum.dropout",
        points=4,
        difficulty=3,
        minutes=25,
    ),
    Exercise(
        id="dropout.monte_carlo",
        title="Uncertainty from Monte Carlo dropout",
        notebook="02_dropout/dropout.ipynb",
        defines=("mc_dropout",),
        reference="curriculum.dropout",
        points=3,
        difficulty=2,
        minutes=20,
    ),
    Exercise(
        id="dropout.write_the_test",
        title="Write the test: tell right dropout layers from wrong ones",
        notebook="02_dropout/dropout.ipynb",
        defines=("accepts_dropout",),
        reference="curriculum.dropout",
        points=5,
        difficulty=4,
        minutes=45,
    ),
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

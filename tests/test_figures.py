"""What the book's figures are made of: drawings that follow the page's colours, and misconceptions that can be run."""

import re

import numpy as np
import pytest

from autograder.catalog import EXERCISES, judgement_of
from autograder.errors import JudgeError, UsageError
from autograder.reference import planted
from curriculum import attention, plots

ATTENTION = "attention.positional_multi_head_attention"


def drawing() -> str:
    plots.use_style()
    axes = plots.panels(2)
    axes[0].plot([0, 1], [0, 1], label="line")
    axes[0].legend()
    plots.weight_map(axes[1], np.tril(np.full((4, 4), 0.25)), "weights")
    return plots.Picture(axes, 'two panels, "left" & right')._repr_html_()


def test_what_is_drawn_in_ink_takes_the_colour_of_the_page():
    picture = drawing()
    assert picture.count("<svg") == 2
    assert "currentColor" in picture
    assert plots.INK not in picture
    # Matplotlib's own black and white would vanish on one page or the other.
    assert not re.search(r"(fill|stroke): #(000000|ffffff)", picture)


def test_a_picture_says_in_words_what_there_is_to_see():
    assert 'role="img" aria-label="two panels, &quot;left&quot; &amp; right"' in drawing()


def test_the_same_picture_gives_the_same_text():
    assert drawing() == drawing()


def test_weights_of_exactly_zero_are_not_painted():
    [ax] = plots.panels()
    image = plots.weight_map(ax, np.array([[1.0, 0.0], [0.5, 0.5]]), "")
    assert np.ma.getmaskarray(image.get_array()).tolist() == [[False, True], [False, False]]


def test_a_table_is_markdown():
    table = plots.Table(["layer", "mean"], [["right", "1.00"], ["no scale", "**0.80**"]])
    assert table._repr_markdown_().splitlines() == [
        "| layer | mean |",
        "| :-- | --: |",
        "| right | 1.00 |",
        "| no scale | **0.80** |",
    ]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_every_misconception_can_be_run(exercise):
    for item in judgement_of(exercise).misconceptions:
        assert set(planted(exercise.id, item.id)) == set(exercise.defines)


def test_a_planted_misconception_errs_and_leaves_the_reference_alone():
    q, k, v, positions = np.random.default_rng(0).standard_normal((4, 6, 4))
    wrong = planted(ATTENTION, "mask_after_softmax")["positional_multi_head_attention"]
    sums = wrong(q, k, v, positions, [(4, 4)])["attention_weights"][0].sum(axis=1)
    assert not np.allclose(sums, 1.0)
    right = attention.positional_multi_head_attention(q, k, v, positions, [(4, 4)])
    assert np.allclose(right["attention_weights"][0].sum(axis=1), 1.0)


def test_an_unknown_name_is_refused_in_a_sentence():
    with pytest.raises(JudgeError, match="has no misconception 'mask_before_lunch'"):
        planted(ATTENTION, "mask_before_lunch")
    with pytest.raises(UsageError, match="there is no exercise"):
        planted("attention.nothing", "mask_after_softmax")

"""The gallery of mistakes: what a reader of the book sees of each misconception."""

import html
import re
from pathlib import Path

import pytest

from autograder.catalog import EXERCISES, judgement_of
from autograder.errors import UsageError
from autograder.gallery import Gallery
from autograder.reference import solution_source

PAGE = Path(__file__).parent.parent / "book" / "01_attention" / "mistakes.md"


def test_a_gallery_shows_each_misconception_once_with_its_message_its_question_and_what_it_fails():
    shown = Gallery("attention.softmax")._repr_html_()
    identities = {item.id for item in judgement_of(Gallery("attention.softmax").exercise).misconceptions}
    assert shown.count("<details") == len(identities)
    assert shown.count("It fails: ") == len(identities)
    assert shown.count("<i>") == len(identities)


def test_a_gallery_draws_what_was_expected_beside_what_came_out():
    shown = Gallery("attention.softmax")._repr_html_()
    assert shown.count('alt="expected"') == shown.count('alt="got"') > 0


def test_an_unknown_exercise_is_one_sentence():
    with pytest.raises(UsageError, match=r"attention\.sofmax"):
        Gallery("attention.sofmax")


def test_the_page_of_mistakes_has_every_exercise_of_its_notebook_in_order():
    expected = [exercise.id for exercise in EXERCISES if exercise.notebook == "01_attention/attention.ipynb"]
    assert re.findall(r'^Gallery\("(.*)"\)$', PAGE.read_text(), re.MULTILINE) == expected


def test_a_gallery_quotes_no_line_of_the_solution():
    for exercise in (exercise for exercise in EXERCISES if exercise.notebook == "01_attention/attention.ipynb"):
        shown = html.unescape(Gallery(exercise.id)._repr_html_())
        lines = {line.strip() for line in solution_source(exercise).splitlines()}
        assert [line for line in lines if len(line) >= 25 and line in shown] == []

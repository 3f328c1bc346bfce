"""The similarity report of a class: what is alike is shown beside each other, and nothing is called a verdict."""

import contextlib
import html
import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from course_copy import copied_to, run

from autograder.catalog import EXERCISES
from autograder.certificate import proofs
from autograder.classroom import similarity, similarity_page
from autograder.errors import UsageError
from autograder.reference import solution_source

DROPOUT = [exercise for exercise in EXERCISES if exercise.notebook == "02_dropout/dropout.ipynb"]
OWN = "def scaled(values, factor):\n    return [factor * value for value in values if value != 0 and factor > 0]"


def variant(number):
    return {exercise.id: proofs.variants(exercise)[number].source for exercise in DROPOUT}


def disguised(source):
    """Other names, comments and strings, and another layout."""
    source = re.sub(r"\bkeep\b", "chance_to_stay", re.sub(r"\bmask\b", "chosen", source))
    return "# entirely <script>my</script> own work\n\n" + source.replace("    ", "  ")


REFERENCE = {exercise.id: solution_source(exercise) for exercise in DROPOUT}
CLASS = {
    "anna": REFERENCE,
    "ben<b>": {identity: disguised(source) for identity, source in REFERENCE.items()},
    "carl": variant(0),
    "dora": variant(1),
    "eve": {},  # handed it in as it was
}


def handed_in(release, solutions, own):
    notebook = json.loads(release.read_text())
    for cell in notebook["cells"]:
        ours = cell["metadata"].get("autograder", {})
        if ours.get("role") == "solution" and ours["exercise"] in solutions:
            cell["source"] = solutions[ours["exercise"]]
    for _ in range(own):
        notebook["cells"].append(
            {"cell_type": "code", "id": "mine", "metadata": {}, "source": OWN, "outputs": [], "execution_count": None}
        )
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = copied_to(tmp_path_factory.mktemp("course"), "notebooks")
    made = run(folder, "nbgrader", "generate_assignment", "02_dropout")
    assert made.returncode == 0, made.stderr
    for student, solutions in CLASS.items():
        submission = folder / "build/submitted" / student / "02_dropout"
        submission.mkdir(parents=True)
        notebook = handed_in(folder / "build/release/02_dropout/dropout.ipynb", solutions, own=student == "carl")
        (submission / "dropout.ipynb").write_text(json.dumps(notebook))
    for student, text in (("fred", "{"), ("gina", None)):
        submission = folder / "build/submitted" / student / "02_dropout"
        submission.mkdir(parents=True)
        if text is not None:
            (submission / "dropout.ipynb").write_text(text)
    return folder


@pytest.fixture(scope="module")
def sheet(course):
    with contextlib.chdir(course):
        (handout,) = similarity.handouts("02_dropout")
        return similarity.sheet(handout, similarity.submissions("02_dropout"))


@pytest.fixture(scope="module")
def called(course):
    with contextlib.chdir(course):
        return CliRunner().invoke(similarity_page.command, ["02_dropout"])


@pytest.fixture(scope="module")
def page(course, called):
    assert called.exit_code == 0, called.output
    return (course / "build/similarity/02_dropout.html").read_text()


def test_a_copy_under_other_names_is_found_and_independent_work_is_not(sheet):
    assert [(pair.first.student, pair.second.student) for pair in sheet.pairs] == [("anna", "ben<b>")]
    assert sheet.pairs[0].alike > 0.95
    assert (sheet.students, sheet.compared) == (5, 10)


def test_what_was_given_to_all_counts_for_nobody(course, sheet):
    with contextlib.chdir(course):
        (handout,) = similarity.handouts("02_dropout")
        untouched = handout.written_in(course / "build/submitted/eve/02_dropout/dropout.ipynb")
        assert untouched == ""
        prints = similarity.Prints(handout.code())
    assert prints.of(handout.code()).token_coverage == 0


def test_a_students_code_is_the_solutions_and_the_added_cells(course):
    with contextlib.chdir(course):
        (handout,) = similarity.handouts("02_dropout")
        code = handout.written_in(course / "build/submitted/carl/02_dropout/dropout.ipynb")
    assert OWN in code
    assert all(source.strip("\n") in code for source in variant(0).values())
    assert "check(" not in code and "plt." not in code


def test_the_marks_stand_where_the_code_coincides():
    shared = (
        "def total(values):\n    result = 0\n    for value in values:\n        result += value * value\n    return 1"
    )
    first = f"class Longest_Of_All_Names:\n    pass\n\n{shared}\n"
    second = f"import this\n\nprint('something else', 1, 2, 3)\n{shared}"
    prints = similarity.Prints("")
    alike, (one, two) = prints.compare(prints.of(first), prints.of(second))
    assert 0 < alike < 1
    for code, spans in ((first, one), (second, two)):
        marked = "".join(code[start:end] for start, end in spans)
        assert "result += value * value" in marked
        assert "Longest" not in marked and "something" not in marked


def test_a_mark_that_begins_at_a_classs_name_begins_there():
    """copydetect 0.5.0 loses its place at such a name, and would mark what stands before it."""
    numbers = [1111, 12, 13, 14, 15, 16, 17, 18]  # the first k-gram with the change in it begins at the class's name
    lines = [f"    x{line} = {number}" for line, number in enumerate(numbers)]
    given = "\n".join(["a_rather_long_name = another_rather_long_name", "class Thing:", *lines])
    code = given.replace(lines[4], lines[4] + "7")
    prints = similarity.Prints(given)
    _, (spans, _) = prints.compare(prints.of(code), prints.of(code))
    assert [code[start:end].split(":")[0].strip() for start, end in spans] == ["Thing"]


def test_the_baseline_is_of_independent_solutions_by_notebook_and_by_exercise(sheet):
    assert set(sheet.baselines) == {exercise.id for exercise in DROPOUT}
    assert len(sheet.baseline) == 6  # the reference and three variants of each exercise, two by two
    assert 0 < max(sheet.baseline) < 0.5 == sheet.threshold


def test_the_page_says_first_that_it_is_no_verdict_and_needs_nothing_from_outside(page):
    first = page.index("This is a place to look, and not a verdict.")
    assert first < page.index("Short exercises have few") < page.index("anna")
    assert "Baseline: independent correct solutions" in page
    assert not re.search(r"(src|href|url\()", page.partition("<body>")[0])
    assert "http" not in page.partition("<body>")[0]


def test_what_students_wrote_is_escaped(page):
    assert "<script" not in page and "ben<b>" not in page
    assert "&lt;script&gt;my&lt;/script&gt; own work" in page
    text = html.unescape(re.sub("</?mark>", "", page))
    assert disguised(REFERENCE["dropout.mask"]) in text and REFERENCE["dropout.mask"] in text


def test_who_could_not_be_read_is_a_named_row(called, page):
    for name, why in (("fred", "it is not JSON"), ("gina", "cannot be read (FileNotFoundError)")):
        assert f"<li><b>{name}</b>" in page and why in page
        assert f"{name} was left out" in called.output and why in called.output


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("03_ppo", "there is no assignment '03_ppo'; there is 01_attention, 02_dropout"),
        ("01_attention", "01_attention is not released yet; `make release` does it"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_sentence(course, assignment, said):
    with contextlib.chdir(course):
        result = CliRunner().invoke(similarity_page.command, [assignment])
    assert isinstance(result.exception, UsageError) and said in str(result.exception)


@pytest.mark.parametrize(("students", "said"), [((), "nobody has handed in"), (("anna",), "only anna has handed in")])
def test_a_class_of_one_or_none_is_said_in_one_sentence(course, tmp_path, students, said):
    for name in ("notebooks", "build/release"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(course / name)
    (tmp_path / "nbgrader_config.py").touch()
    for student in students:
        (tmp_path / "build/submitted" / student / "02_dropout").mkdir(parents=True)
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(similarity_page.command, ["02_dropout"])
    assert isinstance(result.exception, UsageError) and said in str(result.exception)


def test_without_the_library_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(UsageError, match=r"pip install .*\[similarity\]"):
        similarity.Prints("")


def test_the_command_is_imported_without_anything_heavy():
    heavy = "{'numpy', 'torch', 'nbgrader', 'copydetect', 'matplotlib'} & set(sys.modules)"
    code = f"import sys, autograder.classroom.similarity; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

"""The command line: what it prints, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from autograder.catalog import EXERCISES, exercise_named
from autograder.reference import module_text

ATTENTION = "attention.positional_multi_head_attention"
RIGHT = module_text("curriculum.attention")
WRONG = RIGHT.replace("axis=1, keepdims", "axis=0, keepdims")


def run(*arguments, stdin="", cwd=None):
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd)


def says_one_sentence(result, code, *words):
    assert result.returncode == code
    assert "Traceback" not in result.stderr + result.stdout
    assert all(word in result.stderr for word in words), result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_list_shows_every_exercise():
    printed = run("list").stdout
    assert all(exercise.id in printed for exercise in EXERCISES)


def test_list_as_json_is_data():
    rows = json.loads(run("list", "--json").stdout)
    assert [row["id"] for row in rows] == [exercise.id for exercise in EXERCISES]
    assert rows[0]["points"] == EXERCISES[0].points


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_show_prints_statement_and_starter(exercise):
    result = run("show", exercise.id)
    assert result.returncode == 0
    assert all(name in result.stdout for name in (*exercise.defines, exercise.file))


def test_show_hints_prints_the_staged_hints():
    assert "1. " in run("show", ATTENTION, "--hints").stdout


@pytest.mark.parametrize(("source", "code"), [(RIGHT, 0), (WRONG, 1)])
def test_grade_says_by_its_exit_code_whether_all_passed(tmp_path, source, code):
    file = tmp_path / "attention.py"
    file.write_text(source)
    result = run("grade", ATTENTION, file)
    assert result.returncode == code
    assert result.stderr == ""
    assert ("softmax over the query axis" in result.stdout) == (code == 1)


def test_grade_reads_standard_input_and_prints_json():
    verdict = json.loads(run("grade", ATTENTION, "-", "--json", "--seed", "7", stdin=WRONG).stdout)
    assert verdict["passed"] is False
    assert verdict["seed"] == 7
    assert [found["id"] for found in verdict["diagnosis"]] == ["softmax_over_queries"]
    assert set(verdict["hashes"]) == {"exercise", "grader", "submission"}
    assert verdict["resources"]["workers"] == 2  # the hidden inputs, then the public ones


def test_grade_takes_a_notebook(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": "prose", "metadata": {}},
        {"cell_type": "code", "source": "%matplotlib inline\nimport numpy as np", "metadata": {}},
        {"cell_type": "code", "source": ["raise ValueError('another exercise, half done')"], "metadata": {}},
        {"cell_type": "code", "source": RIGHT, "metadata": {}},
        {"cell_type": "code", "source": "1/0", "metadata": {"autograder": {"role": "demo"}}},
    ]
    file = tmp_path / "attention.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert run("grade", ATTENTION, file).returncode == 0


def test_a_long_verdict_can_be_piped_into_head(tmp_path):
    file = tmp_path / "attention.py"
    file.write_text(RIGHT)
    command = f"{sys.executable} -m autograder show {ATTENTION} | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.py", None, ["there is no file"]),
        ("broken.ipynb", "{not json", ["is not a notebook", "not JSON"]),
        ("other.ipynb", '{"cells": 3}', ["is not a notebook"]),
        ("empty.ipynb", '{"cells": []}', ["no code cell"]),
        ("binary.py", b"\xff\xfe\x00", ["not text"]),
    ],
)
def test_a_file_that_cannot_be_graded_is_one_sentence_and_exit_code_2(tmp_path, name, content, words):
    file = tmp_path / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        file.write_text(content)
    says_one_sentence(run("grade", ATTENTION, file), 2, *words)


def test_a_folder_is_not_a_submission(tmp_path):
    says_one_sentence(run("grade", ATTENTION, tmp_path), 2, "is a folder")


@pytest.mark.parametrize("command", [["show"], ["grade", "FILE"]])
def test_an_unknown_exercise_suggests_the_nearest(command):
    result = run(command[0], "atention.positional_multi_head_atention", *command[1:])
    says_one_sentence(result, 2, "did you mean 'attention.positional_multi_head_attention'")


def test_the_name_without_its_chapter_is_suggested_too():
    says_one_sentence(run("show", "positional_multi_head_attention"), 2, ATTENTION)


def lines_of(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def attempt(identity, source, exercise=ATTENTION):
    return {"id": identity, "exercise": exercise, "submission": source}


def read(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_batch_gives_one_line_for_each_line_whatever_is_in_it(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        lines_of(attempt("right", RIGHT), attempt("wrong", WRONG), attempt("exits", "import os\nos._exit(0)"))
        + "not json\n\n"
        + lines_of({"id": "short"}, attempt("unknown", "", "no.such"), attempt("syntax", "def f(:"))
    )
    result = run("grade-batch", source, "-o", target, "--jobs", 2)
    assert result.returncode == 2
    records = {record["id"] or record["line"]: record for record in read(target)}
    assert len(records) == 7
    assert records["right"]["passed"] and not records["wrong"]["passed"]
    assert not records["exits"]["passed"] and not records["syntax"]["passed"]
    assert "not JSON" in records[4]["error"]
    assert "strings id, exercise, submission" in records["short"]["error"]
    assert "there is no exercise" in records["unknown"]["error"]
    wanted = {"id", "exercise", "passed", "score", "points", "checks", "diagnosis", "isolation", "resources", "hashes"}
    assert wanted <= set(records["right"])


def test_a_batch_never_writes_over_an_earlier_one(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(attempt("a", RIGHT)))
    target.write_text("precious\n")
    says_one_sentence(run("grade-batch", source, "-o", target), 2, "exists", "--resume")
    assert target.read_text() == "precious\n"


def test_resume_keeps_valid_verdicts_and_grades_the_rest(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(attempt("a", RIGHT), attempt("b", WRONG)))
    assert run("grade-batch", source, "-o", target).returncode == 0
    first = read(target)
    # One verdict is torn by a kill, and one submission is new.
    target.write_text(json.dumps(first[0]) + "\n" + json.dumps(first[1])[:50])
    source.write_text(lines_of(attempt("a", RIGHT), attempt("b", WRONG), attempt("c", RIGHT)))
    result = run("grade-batch", source, "-o", target, "--resume")
    assert "(1 kept from before)" in result.stdout
    records = {record["id"]: record for record in read(target)}
    assert records["a"] == first[0]
    assert [records[name]["passed"] for name in "abc"] == [True, False, True]


def test_resume_grades_a_changed_submission_again(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(attempt("a", WRONG)))
    run("grade-batch", source, "-o", target)
    source.write_text(lines_of(attempt("a", RIGHT)))
    run("grade-batch", source, "-o", target, "--resume")
    assert [record["passed"] for record in read(target)] == [True]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_stopped_in_the_middle_loses_nothing_and_resumes(tmp_path, how, code, jobs):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    total = 60
    source.write_text(lines_of(*(attempt(f"n{number}", RIGHT) for number in range(total))))
    command = [sys.executable, "-m", "autograder", "grade-batch", str(source), "-o", str(target), "--jobs", str(jobs)]
    # A shell's background job ignores Ctrl-C, and so would all that it starts.
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed)
    while not target.exists() or len(target.read_text().splitlines()) < 3:
        assert process.poll() is None
        time.sleep(0.02)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does
    else:
        process.kill()
    _, errors = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in errors
    done = len([line for line in target.read_text().split("\n")[:-1]])
    assert 3 <= done < total
    result = run("grade-batch", source, "-o", target, "--resume")
    assert f"({done} kept from before)" in result.stdout
    assert sorted(record["id"] for record in read(target)) == sorted(f"n{number}" for number in range(total))


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(*(attempt(f"n{number}", RIGHT) for number in range(3))))
    # Room for one verdict of about 2 kB and a half: what a full disk does, a limit on the file's size does too.
    code = (
        "import resource, signal, sys, autograder.cli as cli\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        f"sys.argv = ['autograder', 'grade-batch', {str(source)!r}, '-o', {str(target)!r}]\n"
        "cli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr and "cannot be written" in result.stderr
    assert run("grade-batch", source, "-o", target, "--resume").returncode == 0
    assert [record["id"] for record in read(target)] == ["n0", "n1", "n2"]


def test_strict_isolation_refuses_a_machine_that_cannot_confine(tmp_path):
    # A library search path without libseccomp and a kernel without namespaces look alike from here: no level works.
    file = tmp_path / "a.py"
    file.write_text(RIGHT)
    code = (
        "import autograder.sandbox as sandbox, autograder.cli as cli, sys\n"
        "sandbox.CONFINED = ()\n"
        f"sys.argv = ['autograder', 'grade', {ATTENTION!r}, {str(file)!r}, '--isolation', 'strict']\n"
        "cli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    says_one_sentence(result, 2, "no isolation of the kind 'strict'")


def test_without_isolation_the_verdict_says_that_it_is_advisory(tmp_path):
    file = tmp_path / "a.py"
    file.write_text(RIGHT)
    result = run("grade", ATTENTION, file, "--isolation", "none", "--json")
    assert json.loads(result.stdout)["isolation"] == "rlimits"
    assert "advisory" in result.stderr


def test_a_timeout_is_the_callers_to_choose(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("def positional_multi_head_attention(*args):\n    while True: pass\n")
    verdict = json.loads(run("grade", ATTENTION, file, "--timeout", "0.2", "--json").stdout)
    assert "did not finish within 0.2 seconds" in verdict["checks"][0]["message"]


def test_every_command_explains_itself():
    for command in ([], ["list"], ["show"], ["grade"], ["grade-batch"]):
        result = run(*command, "--help")
        assert result.returncode == 0 and "Usage:" in result.stdout


def test_exercise_named_returns_the_entry():
    assert exercise_named(ATTENTION).points == 8

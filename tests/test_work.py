"""A learner's work/ is made from the release once and never written over."""

import datetime

from autograder.classroom.work import offer

TODAY = datetime.date(2026, 11, 20)


def released(folder, text):
    target = folder / "release" / "02_dropout" / "dropout.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return folder / "release"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_the_release_is_copied_once(tmp_path):
    release, work = released(tmp_path, "first"), tmp_path / "work"
    assert offer(work, release, TODAY) == [work / "02_dropout"]
    (work / "02_dropout" / "dropout.ipynb").write_text("my answer")
    assert offer(work, release, TODAY) == []
    assert (work / "02_dropout" / "dropout.ipynb").read_text() == "my answer"
    assert names(work) == ["02_dropout", "CLAUDE.md", "PROGRESS.md", "README.md"]


def test_a_newer_release_is_put_beside_the_answers_once(tmp_path):
    work = tmp_path / "work"
    offer(work, released(tmp_path, "first"), TODAY)
    (work / "02_dropout" / "dropout.ipynb").write_text("my answer")
    release = released(tmp_path, "second")
    assert offer(work, release, TODAY) == [work / "02_dropout.new-2026-11-20"]
    assert offer(work, release, TODAY) == []
    assert (work / "02_dropout" / "dropout.ipynb").read_text() == "my answer"
    assert (work / "02_dropout.new-2026-11-20" / "dropout.ipynb").read_text() == "second"
    assert offer(work, released(tmp_path, "third"), TODAY) == [work / "02_dropout.new-2026-11-20-2"]


def test_an_older_release_that_comes_back_is_not_offered_again(tmp_path):
    work = tmp_path / "work"
    for text in ("first", "second"):
        offer(work, released(tmp_path, text), TODAY)
    assert offer(work, released(tmp_path, "first"), TODAY) == []


def test_answers_are_kept_when_the_record_of_offers_is_lost(tmp_path):
    release, work = released(tmp_path, "first"), tmp_path / "work"
    offer(work, release, TODAY)
    (work / "02_dropout" / "dropout.ipynb").write_text("my answer")
    (work / ".offered.json").write_text("torn")
    offer(work, release, TODAY)
    assert (work / "02_dropout" / "dropout.ipynb").read_text() == "my answer"


def test_a_readme_that_the_learner_changed_stays(tmp_path):
    release, work = released(tmp_path, "first"), tmp_path / "work"
    offer(work, release, TODAY)
    (work / "README.md").write_text("my notes")
    offer(work, release, TODAY)
    assert (work / "README.md").read_text() == "my notes"


def test_a_copy_that_was_interrupted_is_made_afresh(tmp_path):
    release, work = released(tmp_path, "first"), tmp_path / "work"
    (work / ".02_dropout.part").mkdir(parents=True)
    assert offer(work, release, TODAY) == [work / "02_dropout"]
    assert names(work / "02_dropout") == ["dropout.ipynb"]

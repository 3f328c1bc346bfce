"""The book is built by the command of `make book`, here in place, as a reader gets it."""

import html
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder import notebooks
from autograder.catalog import EXERCISES
from autograder.reference import solution_source

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
HTML = BOOK / "_build" / "html"
NOTEBOOKS = {
    "01_attention/attention": "01_attention/attention.ipynb",
    "01_attention/progressive": "01_attention/progressive_transformers.ipynb",
    "01_attention/gpt": "01_attention/gpt.ipynb",
    "02_dropout/dropout": "02_dropout/dropout.ipynb",
    "03_reinforce/reinforce": "03_reinforce/reinforce.ipynb",
    "03_reinforce/text": "03_reinforce/text.ipynb",
    "04_ppo/ppo": "04_ppo/ppo.ipynb",
    "04_ppo/speed": "04_ppo/cartpole.ipynb",
    "04_ppo/continuous": "04_ppo/continuous.ipynb",
    "04_ppo/text": "04_ppo/text_ppo.ipynb",
    "05_rlhf/preferences": "05_rlhf/preferences.ipynb",
    "05_rlhf/rlhf": "05_rlhf/rlhf.ipynb",
    "05_rlhf/dpo": "05_rlhf/dpo.ipynb",
    "05_rlhf/grpo": "05_rlhf/grpo.ipynb",
    "06_distributed/collectives": "06_distributed/collectives.ipynb",
    "06_distributed/data_parallel": "06_distributed/data_parallel.ipynb",
    "06_distributed/sharding": "06_distributed/sharding.ipynb",
    "06_distributed/tensor_parallel": "06_distributed/tensor_parallel.ipynb",
    "06_distributed/pipeline": "06_distributed/pipeline.ipynb",
    "06_distributed/h100": "06_distributed/h100.ipynb",
}
"""Each page of theory with its notebook."""
PAGES = tuple(NOTEBOOKS)
THREE_FIGURES = ("06_distributed/data_parallel", "06_distributed/tensor_parallel")
"""All other pages have more."""

by_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
by_page = pytest.mark.parametrize("page", PAGES)


def build(root: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the recipe of `make book` in `root`, with this Python."""
    [recipe] = re.findall(r"^book:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    program, *arguments = shlex.split(recipe)
    assert program == ".venv/bin/jupyter-book"
    start = "from jupyter_book.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def built() -> subprocess.CompletedProcess:
    """The finished build; a page of an older book lay in its way."""
    HTML.mkdir(parents=True, exist_ok=True)
    (HTML / "an_older_page.html").write_text("out of date")
    return build()


@pytest.fixture(scope="session")
def extension():
    sys.path.insert(0, str(BOOK / "_ext"))  # as Sphinx does for local extensions
    specification = importlib.util.spec_from_file_location("notebook_pages", BOOK / "_ext" / "notebook_pages.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def text_of(path: Path) -> str:
    """What a reader of a file sees: a page without its tags, a notebook's cells, any other text as it is."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


# --- the build


def test_the_book_builds_without_a_warning(built):
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    assert all(
        (HTML / f"{page}.html").exists()
        for page in ("index", "intro", "certificates", "references", "01_attention/mistakes", *PAGES)
    )


def test_pages_of_an_older_book_are_gone(built):
    assert not (HTML / "an_older_page.html").exists()


def test_a_second_build_runs_no_page_again(built):
    again = build()
    assert again.returncode == 0
    assert "Executing notebook" not in again.stdout + again.stderr
    assert (HTML / f"{PAGES[0]}.html").exists()


def test_a_broken_link_an_unknown_citation_and_a_failing_cell_each_fail_the_build(tmp_path):
    shutil.copytree(BOOK, tmp_path / "book", ignore=shutil.ignore_patterns("_build", "_generated"))
    for name in ("autograder", "curriculum", "constraints.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "book" / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    front = (BOOK / "01_attention" / "attention.md").read_text().split("\n# ")[0]
    cell = "```{code-cell} ipython3\nraise RuntimeError('a cell that fails')\n```\n"
    page = f"{front}\n# Page\n\n{{ref}}`nowhere` {{cite:t}}`nobody2000`\n\n{cell}"
    (tmp_path / "book" / "page.md").write_text(page)
    failed = build(tmp_path)
    said = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert "undefined label: 'nowhere'" in said
    assert '"nobody2000"' in said
    assert "a cell that fails" in said


# --- no solution is given away


def test_the_built_book_holds_no_line_of_a_solution(built):
    public = "\n".join(text_of(path) for path in (BOOK / "_generated").rglob("student/*.ipynb"))
    lines = {line.strip() for exercise in EXERCISES for line in solution_source(exercise).splitlines()}
    # Shorter lines, such as `self.training = True`, are anybody's.
    secret = {line for line in lines if len(line) >= 25 and line not in public}
    assert len(secret) > 5 * len(EXERCISES)
    texts = {path: text_of(path) for path in HTML.rglob("*") if path.suffix in {".html", ".ipynb", ".txt", ".json"}}
    texts[HTML / "searchindex.js"] = text_of(HTML / "searchindex.js")
    assert [(path.name, line) for path, text in texts.items() for line in secret if line in text] == []
    assert any('raise NotImplementedError("your code here")' in text for text in texts.values()), "code can be found"


def test_no_page_serves_its_source(built):
    assert not (HTML / "_sources").exists()
    for path in HTML.rglob("*.html"):
        served = re.findall(r'href="([^"]*\.(?:ipynb|md|py))"', path.read_text())
        assert [name for name in served if "_downloads/" not in name] == []


@by_exercise
def test_a_notebook_page_shows_the_starter_and_what_the_check_says_of_a_solution(built, exercise):
    page = HTML / "_generated" / Path(exercise.notebook).with_suffix(".html")
    shown = text_of(page)
    stub = notebooks.cell_of(exercise, "solution")["metadata"]["autograder"]["starter"].strip()
    assert stub in shown
    assert f"{exercise.id}: passed" in shown
    for line in re.findall(rf"from {exercise.reference} import .*", shown):
        assert not {*re.findall(r"\w+", line)} & {*exercise.defines}  # what the page runs in the starter's place
    assert f'id="{exercise.id.replace(".", "-").replace("_", "-")}"' in page.read_text()


@pytest.mark.parametrize("source", sorted(notebooks.directory().glob("*/*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_page_offers_the_students_notebook(built, source):
    page = HTML / "_generated" / source.parent.name / f"{source.stem}.html"
    [name] = set(re.findall(r'href="([^"]*_downloads/[^"]*)"', page.read_text()))
    downloaded = nbformat.read(page.parent / name, as_version=4)
    nbformat.validate(downloaded)
    roles = [cell.metadata.autograder.role for cell in downloaded.cells]
    assert roles == [cell["metadata"]["autograder"]["role"] for cell in notebooks.read(source)["cells"]]
    for cell, role in zip(downloaded.cells, roles, strict=True):
        assert "BEGIN SOLUTION" not in cell.source
        assert role != "check" or cell.metadata.nbgrader.locked
        assert not cell.get("outputs")


# --- what a reader needs is there


@by_page
def test_a_chapter_has_figures_that_follow_the_colours_of_the_page(built, page):
    text = (HTML / f"{page}.html").read_text()
    pictures = re.findall(r'<div class="picture" role="img" aria-label="([^"]+)"', text)
    assert len(pictures) >= (3 if page in THREE_FIGURES else 4)
    assert all(len(words) > 40 for words in pictures), "each says in words what there is to see"
    drawn = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len([svg for svg in drawn if "currentColor" in svg]) >= len(pictures)
    assert not any("#000000" in svg and "currentColor" not in svg for svg in drawn)


@by_page
def test_a_chapter_links_to_every_exercise_of_its_notebook(built, page):
    text = (HTML / f"{page}.html").read_text()
    for exercise in EXERCISES:
        if exercise.notebook == NOTEBOOKS[page]:
            assert f'#{exercise.id.replace(".", "-").replace("_", "-")}"' in text


def test_the_book_reads_without_a_network(built):
    loads = re.compile(r'<(?:script|img|iframe|source|video)\b[^>]*\bsrc="([^"]+)"|<link\b[^>]*\bhref="([^"]+)"')
    for path in HTML.rglob("*.html"):
        text = path.read_text()
        if "webpack" in path.name:
            continue  # a template of the theme, which is no page
        for match in loads.finditer(text):
            name = match[1] or match[2]
            assert not re.match(r"(https?:)?//", name), f"{path.name} loads {name}"
            if not name.startswith("data:"):
                assert (path.parent / re.split("[?#]", name)[0]).exists(), f"{path.name} misses {name}"
        scripts = " ".join(re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL))
        assert not re.search(r"https?://", scripts), path.name
    for path in HTML.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", path.read_text()), path.name
    assert (HTML / "_static" / "mathjax" / "tex-chtml.js").exists()


# --- outputs are kept as long as they hold


def test_a_change_in_a_package_that_pages_import_gives_the_cache_another_name(built, extension, tmp_path, monkeypatch):
    assert [path.name for path in (BOOK / "_build" / "jupyter_cache").iterdir()] == [extension.cache_key()]
    for name in ("autograder", "curriculum"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("constraints.txt", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(extension, "BOOK", tmp_path / "book")
    keys = [extension.cache_key()]
    assert keys[0] == extension.cache_key()
    for name in ("curriculum/dropout.py", "autograder/exercises/dropout/law.py", "constraints.txt"):
        with open(tmp_path / name, "a") as file:
            file.write("# changed\n")
        keys.append(extension.cache_key())
    assert len(set(keys)) == 4
    (tmp_path / "README.md").write_text("another")
    assert extension.cache_key() == keys[-1]

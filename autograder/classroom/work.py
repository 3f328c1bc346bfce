"""A learner's folder work/: made from the release once, and never written over.

A newer release of an assignment is put beside the older one, as work/02_dropout.new-2026-11-20.
"""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

from ..reference import sha256
from ..tutor.folder import furnish
from .folders import RELEASE

WORK = Path("work")
OFFERED = ".offered.json"
README = """# Your work

Open a notebook in one of the folders on the left, and solve. `check(...)` under each exercise tells you at once how far
you are. What you write here is yours: no command of the course writes over it. When a newer version of an assignment
comes out, you find it in a folder of its own beside yours, with `.new` and the date in its name.

[The book](/book/index.html) has the theory. To see a verdict as it would be in the end, on hidden inputs:

```sh
.venv/bin/autograder grade dropout.mask work/02_dropout/dropout.ipynb
```

Stuck? The button *Hint* under a result asks a question or points somewhere; so does `autograder hint EXERCISE FILE`.
`autograder progress` writes [PROGRESS.md](PROGRESS.md): what you have passed, and what comes next. `CLAUDE.md` asks a
coding assistant that you open here to teach, and not to solve.
"""


def offer(work: Path = WORK, release: Path = RELEASE, today: datetime.date | None = None) -> list[Path]:
    """Put into `work` the assignments of `release` that it was not offered yet; the folders that were made."""
    work.mkdir(exist_ok=True)
    if not (work / "README.md").exists():
        (work / "README.md").write_text(README, encoding="utf-8")
    furnish(work)
    offered = _offered(work)
    made = []
    for source in sorted(path for path in release.iterdir() if path.is_dir()):
        digest = _digest(source)
        if not (work / source.name).exists():
            made.append(_copy(source, work / source.name))
        elif digest not in offered.get(source.name, []):
            made.append(_copy(source, _free(work / f"{source.name}.new-{today or datetime.date.today()}")))
        offered[source.name] = sorted({*offered.get(source.name, []), digest})
    (work / OFFERED).write_text(json.dumps(offered, indent=1), encoding="utf-8")
    return made


def _offered(work: Path) -> dict[str, list[str]]:
    """Digests of the releases that were offered before. Without a record, all are new: a copy too many harms nobody."""
    try:
        return dict(json.loads((work / OFFERED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return sha256(*(text for path in files for text in (str(path.relative_to(folder)), path.read_bytes().hex())))


def _copy(source: Path, target: Path) -> Path:
    # Copied under another name first: a copy that was interrupted must not look like the learner's own folder.
    draft = target.with_name(f".{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft)
    return draft.rename(target)


def _free(target: Path) -> Path:
    """`target`, or with a number behind it where that name is taken."""
    number, free = 2, target
    while free.exists():
        free, number = target.with_name(f"{target.name}-{number}"), number + 1
    return free

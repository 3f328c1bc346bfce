"""An independent fake of the Messages API, `@copilotkit/aimock` from npm, to compare ours with."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_messages import Answer

PACKAGE = "@copilotkit/aimock"
VERSION = "1.43.0"


class Unavailable(Exception):
    """It cannot be had here; the message says why."""


def fetched(folder: Path) -> Path:
    """Its program, fetched by npm into a folder. Raises Unavailable."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Unavailable("npm is missing, which fetches the independent fake")
    command = [npm, "install", f"{PACKAGE}@{VERSION}", "--prefix", str(folder), "--ignore-scripts", "--no-audit"]
    result = subprocess.run([*command, "--fetch-retries=0"], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        reason = next((line for line in result.stderr.splitlines() if "npm error" in line), "")
        raise Unavailable(f"npm cannot fetch {PACKAGE}: {reason}")
    return folder / "node_modules" / PACKAGE / "dist" / "cli.js"


@contextmanager
def independent_fake(program: Path, folder: Path, answers: Sequence[Answer]) -> Iterator[str]:
    """Runs it on a free port, and yields its base URL. Each conversation gets these answers in turn."""
    script = folder / "answers.json"
    turns = [{"match": {"turnIndex": turn}, "response": _scripted(answer)} for turn, answer in enumerate(answers)]
    script.write_text(json.dumps({"fixtures": turns}))
    command = ["node", str(program), "--port", "0", "--fixtures", str(script), "--strict"]
    environment = {**os.environ, "AIMOCK_STRICT_TURN_INDEX": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            printed = ""
            for line in process.stdout:
                printed += line
                if found := re.search(r"listening on (http://[\d.:]+)", line):
                    yield found[1]
                    break
            else:
                raise AssertionError(f"the independent fake did not start: {printed}")
        finally:
            process.terminate()


def _scripted(answer: Answer) -> dict[str, Any]:
    """An answer with text or uses of tools, as its configuration has it."""
    blocks = [
        {"type": "text", "text": block["text"]}
        if block["type"] == "text"
        else {"type": "toolCall", "name": block["name"], "arguments": block["input"]}
        for block in answer.content
    ]
    return {"blocks": blocks}

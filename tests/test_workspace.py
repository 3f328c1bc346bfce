"""What a model can do in its workspace, and what it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from autograder.agents.workspace import ToolError, Workspace

T = TypeVar("T")
pytestmark = pytest.mark.usefixtures("jailed")


def inside(act: Callable[[Workspace], Awaitable[T]], files: Mapping[str, str] | None = None, packed: bytes = b"") -> T:
    """What `act` gives in a workspace of its own."""

    async def run() -> T:
        async with Workspace(("numpy",), files or {}, {"given_module": "VALUE = 7\n"}, packed) as workspace:
            return await act(workspace)

    return asyncio.run(run())


def bash(*commands: str, seconds: float = 30.0) -> str:
    async def act(workspace: Workspace) -> str:
        return "\n".join([await workspace.bash(command, seconds) for command in commands])

    return inside(act)


def python(*programs: str, seconds: float = 30.0) -> list[str]:
    async def act(workspace: Workspace) -> list[str]:
        return [await workspace.python(program, seconds) for program in programs]

    return inside(act)


# --- what it can do


def test_the_shell_keeps_its_state_and_says_what_went_wrong():
    assert bash("cd /tmp; name=value", "pwd; echo $name; ls missing") == (
        "\n/tmp\nvalue\nls: cannot access 'missing': No such file or directory"
    )


def test_python_keeps_its_variables_and_shows_the_value_of_a_last_expression():
    assert python("a = 20", "a + 1", "print('x'); None", "1 / 0")[1:3] == ["21", "x"]
    assert "ZeroDivisionError" in python("1 / 0")[0]


def test_the_libraries_of_the_exercise_are_there_in_both_and_the_given_modules():
    assert bash('python -c "import numpy, given_module; print(given_module.VALUE)"') == "7"
    assert python("import numpy, given_module; given_module.VALUE") == ["7"]


def test_a_command_that_hangs_is_ended_and_the_files_stay():
    told = bash("echo kept > file; sleep infinity", "cat file", seconds=4.0)
    assert "did not finish within 4 seconds" in told
    assert told.endswith("kept")


def test_what_a_shell_leaves_running_holds_nothing_up():
    assert "bash ended" in bash("sleep infinity & exit")


def test_of_much_output_the_beginning_and_the_end_are_shown():
    shown = bash("echo first; yes | head -c 50000000; echo last")
    assert len(shown) < 40_000
    assert shown.startswith("first") and shown.endswith("last")


@pytest.mark.parametrize("program", ["import sys; sys.exit(1)", "import os; os._exit(1)", "import os; os.abort()"])
def test_python_that_ends_starts_anew(program):
    assert python(program, "1 + 1")[1] == "2"


def test_the_editor_views_creates_replaces_and_inserts():
    async def act(workspace: Workspace) -> list[str]:
        path = "/workspace/solution.py"
        calls: list[dict[str, Any]] = [
            {"command": "view", "path": path},
            {"command": "str_replace", "path": path, "old_str": "pass", "new_str": "return 1"},
            {"command": "insert", "path": path, "insert_line": 0, "insert_text": "import math"},
            {"command": "view", "path": path, "view_range": [1, 2]},
            {"command": "create", "path": "/workspace/new/file.txt", "file_text": "text"},
            {"command": "view", "path": "/workspace"},
        ]
        return [await workspace.edit(call) for call in calls]

    shown = inside(act, {"solution.py": "def f():\n    pass\n"})
    assert shown[0] == "     1\tdef f():\n     2\t    pass\n     3\t"
    assert shown[3] == "     1\timport math\n     2\tdef f():"
    assert shown[5] == "new/\nsolution.py"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"command": "view", "path": "/workspace/none"}, "there is no"),
        ({"command": "str_replace", "path": "/workspace/f", "old_str": "a", "new_str": "b"}, "2 times"),
        ({"command": "view", "path": "/workspace/f", "view_range": [3, 9]}, "the file has 1 lines"),
        ({"command": "fly", "path": "/workspace/f"}, "there is no command"),
        ({"command": "create", "path": "/workspace/f"}, "do not fit"),
        ({"command": "create", "path": "/etc/f", "file_text": ""}, "Read-only"),
    ],
)
def test_what_the_editor_cannot_do_is_told(arguments, why):
    async def act(workspace: Workspace) -> None:
        with pytest.raises(ToolError, match=why):
            await workspace.edit(arguments)

    inside(act, {"f": "aa"})


def test_a_workspace_can_be_packed_and_laid_out_again():
    async def fill(workspace: Workspace) -> bytes:
        await workspace.bash("mkdir d; echo one > d/a; printf '\\377' > b; ln -s /etc/hostname link", 30.0)
        return await workspace.packed()

    async def look(workspace: Workspace) -> str:
        return await workspace.bash("find . -type f -o -type l | sort; cat d/a", 30.0)

    assert inside(look, packed=inside(fill)) == "./b\n./d/a\none"


def test_a_file_that_is_a_link_is_not_read():
    async def act(workspace: Workspace) -> None:
        await workspace.bash("ln -s /proc/version solution.py", 30.0)
        with pytest.raises(ToolError, match="no plain file"):
            await workspace.read("solution.py")

    inside(act)


# --- what it cannot do


def test_nothing_of_the_course_or_its_machine_can_be_found():
    repository = Path(__file__).parent.parent
    found = bash(
        f"ls {Path.home()}/.ssh; find {repository} -mindepth 1 -maxdepth 1 -not -name .venv; "
        "find / -name 'autograder*' -not -path '/proc/*'; "
        "find / -name '*.ipynb' -not -path '/proc/*'; find / -path '*curriculum*' -not -path '/proc/*'; "
        "python -c 'import autograder' 2>&1 | tail -1; python -c 'import curriculum' 2>&1 | tail -1"
    )
    missing = ("cannot access", "No such file", "ermission denied")
    lines = [line for line in found.splitlines() if not any(words in line for words in missing)]
    assert lines == [f"ModuleNotFoundError: No module named '{name}'" for name in ("autograder", "curriculum")]


def test_no_key_of_the_one_who_runs_it_is_to_be_seen(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")
    assert "secret" not in bash("env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'")


def test_there_is_no_network():
    program = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    assert "Error" in python(program)[0]
    assert bash("ls /sys/class/net 2>&1; cat /proc/net/route | tail -n +2").startswith("ls: cannot access")


def test_its_first_process_cannot_be_harmed_or_looked_into():
    assert bash("kill -9 1; kill -9 -1; echo alive", "ls /proc/1/fd 2>&1 | tail -1; echo $?").splitlines()[-1] == "0"
    assert "alive" in bash("kill -STOP 1; echo alive")


def test_a_full_workspace_and_a_flood_of_processes_are_its_own_matter():
    told = bash(
        "head -c 2000000000 /dev/zero > big 2>&1; rm big; echo room",
        "bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 0.2; echo here",
        "kill -9 -1",
        "echo again",
    )
    assert "room" in told and told.endswith("again")

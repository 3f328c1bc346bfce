"""The model's tools, and what each does in a workspace.

The shell and the editor are those that the models are trained on. What a tool is called with is the model's: whatever
does not fit is told to it as an error, and costs the attempt nothing but the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .workspace import ToolError, Workspace

SECONDS = 60.0  # that one command may take
SUBMIT = "submit"
TOOLS: list[dict[str, Any]] = [
    {"type": "bash_20250124", "name": "bash"},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
    {
        "name": "python",
        "description": (
            f"Run Python, at most {SECONDS:g} seconds, in an interpreter that keeps its variables from call to call. "
            "Returns what is printed, and the value of a last line that is an expression."
        ),
        "input_schema": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
    },
    {
        "name": SUBMIT,
        "description": "Hand in the file as it stands. It is graded once; there is nothing after that.",
        "input_schema": {"type": "object", "properties": {}},
    },
]


async def result(workspace: Workspace, call: Mapping[str, Any]) -> dict[str, Any]:
    """The `tool_result` block for a `tool_use` block."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": call["id"]}
    try:
        text = await _carried_out(workspace, call["name"], call["input"])
    except ToolError as error:
        return {**block, "content": f"Error: {error}", "is_error": True}
    return {**block, "content": text or "(no output)"}


async def _carried_out(workspace: Workspace, name: str, arguments: Any) -> str:
    """Raises ToolError."""
    if not isinstance(arguments, dict):
        raise ToolError(f"the input of {name} has to be an object")
    if name == "bash":
        if arguments.get("restart"):
            return await workspace.restart_bash()
        return await workspace.bash(_text(arguments, "command"), SECONDS)
    if name == "python":
        return await workspace.python(_text(arguments, "code"), SECONDS)
    if name == "str_replace_based_edit_tool":
        _text(arguments, "command")
        _text(arguments, "path")
        return await workspace.edit(arguments)
    raise ToolError(f"there is no tool {name!r}")


def _text(arguments: dict[str, Any], name: str) -> str:
    text = arguments.get(name)
    if not isinstance(text, str):
        raise ToolError(f"the input needs a text {name!r}")
    return text

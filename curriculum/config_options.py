"""A configuration's fields as options of a command, each said once: default, type and help stand at the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from typing import Any

import click


def option(default: Any, help: str) -> Any:
    """A field that is an option of the command too."""
    return field(default=default, metadata={"help": help})


def options_of(config: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command every field of a dataclass as an option, in their order; one that is false or true is a flag."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for item in reversed(fields(config)):
            name = "--" + item.name.replace("_", "-")
            kind: dict[str, Any] = {"is_flag": True} if item.default is False else {"type": type(item.default)}
            if item.default is True:
                name += f"/--no-{name[2:]}"
            help = item.metadata["help"]
            command = click.option(name, default=item.default, show_default=True, help=help, **kind)(command)
        return command

    return add

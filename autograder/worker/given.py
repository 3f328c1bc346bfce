"""What a submission may import: the standard library, its exercise's libraries, and *given* modules.

The judge sends the sources of the given `curriculum` modules with the submission, and this finder serves them from
memory, so the repository need not be reachable at all. Any other module of `curriculum` is refused with a sentence. The
names a notebook's set-up cell imports for display (`autograder`, `matplotlib`) resolve to inert stand-ins:
demonstrations and plots are not judged.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

INERT = ("autograder", "matplotlib", "IPython")


class Inert(ModuleType):
    """A module, function or object that accepts everything and does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Inert:
        return self


class GivenFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves given modules from their sources, and refuses the rest of `curriculum`."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = name.partition(".")[0]
        if top in INERT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        if top != "curriculum":
            return None
        if name != "curriculum" and name not in self.sources:
            raise ImportError(
                f"{name} is not available to a submission: it holds, or leads to, the reference of this exercise"
            )
        return importlib.machinery.ModuleSpec(name, self, is_package=name == "curriculum")

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return Inert(spec.name) if spec.name.partition(".")[0] in INERT else None

    def exec_module(self, module: ModuleType) -> None:
        source = self.sources.get(module.__name__)
        if source is not None:
            exec(compile(source, f"<{module.__name__}>", "exec", dont_inherit=True), module.__dict__)


class ReadablePathFinder(importlib.machinery.PathFinder):
    """Python's own finder on the path, to which a library that cannot be read is not installed.

    Landlock shows the names of libraries that it lets nobody read. Submissions, and libraries that can do without,
    expect an ImportError, not a PermissionError.
    """

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = super().find_spec(fullname, path, target)
        return spec if "." in fullname or _readable(spec) else None


def _readable(spec: importlib.machinery.ModuleSpec | None) -> bool:
    if spec is None or not spec.has_location or spec.origin is None:
        return True  # not a file: left to the finders that follow
    try:
        with open(spec.origin, "rb"):
            return True
    except OSError:
        return False


def importing_readable_libraries_only() -> None:
    """Put `ReadablePathFinder` in the place of Python's own."""
    sys.meta_path[sys.meta_path.index(importlib.machinery.PathFinder)] = ReadablePathFinder


def importing_only(given: dict[str, str]) -> None:
    """Install the finder first on the path, so that nothing on disk can answer for `curriculum`."""
    sys.meta_path.insert(0, GivenFinder(given))

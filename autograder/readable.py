"""Which files a worker may read: a list of paths, not the repository and not the whole environment."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

SKIPPED = {"site-packages", "dist-packages", "__pycache__", "test", "idlelib", "ensurepip", "tkinter", "turtledemo"}


def readable_paths(libraries: Sequence[str]) -> list[str]:
    """What a worker may read: the standard library, the libraries with what they need, and shared libraries."""
    found = [entry for entry in Path(sysconfig.get_path("stdlib")).iterdir() if entry.name not in SKIPPED]
    packages = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    for name in _top_levels(libraries):
        found += [folder / name for folder in packages if (folder / name).exists()]
    multiarch = sysconfig.get_config_var("MULTIARCH") or "none"
    for text in (f"/lib/{multiarch}", f"/usr/lib/{multiarch}", "/lib64", "/usr/lib64", "/etc/ld.so.cache"):
        found.append(Path(text))
    found += Path(sys.base_prefix, "lib").glob("*.so*")
    found += [Path("/proc/cpuinfo"), Path("/sys/devices/system/cpu"), Path("/dev/null"), Path("/dev/urandom")]
    return sorted({str(path) for path in found if path.exists()})


def outermost(paths: Iterable[str]) -> list[str]:
    """Those that lie below no other: mounted by itself, an inner one would be hidden or hide."""
    present = sorted(set(paths))
    return [path for path in present if not any(path.startswith(f"{other}/") for other in present)]


def _top_levels(libraries: Sequence[str]) -> set[str]:
    """Top-level names in site-packages of the libraries and all they require."""
    names: set[str] = set()
    waiting = list(libraries)
    seen: set[str] = set()
    while waiting:
        distribution = waiting.pop()
        if distribution in seen:
            continue
        seen.add(distribution)
        try:
            files = metadata.files(distribution) or []
            needs = metadata.requires(distribution) or []
        except metadata.PackageNotFoundError:
            continue
        tops = {file.parts[0] for file in files}
        names |= {top for top in tops if top != ".." and not top.endswith((".dist-info", ".pth"))} - {"__pycache__"}
        waiting += [_requirement_name(need) for need in needs if "extra ==" not in need]
    return names


def _requirement_name(requirement: str) -> str:
    name = requirement
    for mark in " ;<>=!~[(":
        name = name.split(mark, 1)[0]
    return name

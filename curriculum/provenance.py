"""Where a measured figure comes from: what every file in `results/` says of itself."""

from __future__ import annotations

import os
import platform
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any


def provenance() -> dict[str, Any]:
    """Command, date, machine and versions of this very run."""
    program = f"python -m {_main_module()}" if _main_module() else f"python {os.path.relpath(sys.argv[0])}"
    return {
        "command": " ".join([program, *sys.argv[1:]]),
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
    }


def machine() -> str:
    """Processor, cores that this process may use, and the versions that speed depends on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, Python {platform.python_version()}, torch {metadata.version('torch')}"


def _main_module() -> str:
    """The module that `python -m` was given; empty for a script."""
    specification = getattr(sys.modules["__main__"], "__spec__", None)
    return str(specification.name).removesuffix(".__main__") if specification else ""

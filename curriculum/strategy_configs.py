"""What configures each strategy of `curriculum.strategies`: a JSON file in `curriculum/distributed_configs`."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

CONFIGS = Path(__file__).parent / "distributed_configs"


@dataclass(frozen=True, kw_only=True)
class DDPConfig:
    bucket_megabytes: float
    """Gradients are sent as soon as so many of them are ready."""


@dataclass(frozen=True, kw_only=True)
class FSDP2Config:
    reshard_after_forward: bool
    """Whether a block's parameters are freed after its forward pass and gathered again for its backward pass."""
    accumulate_whole: bool
    """Whether gradients are added up whole, and sent once for all pieces of a batch: less to send, more to keep."""


@dataclass(frozen=True, kw_only=True)
class ZeRO3Config:
    bucket_elements: int
    """Gradients are sent as soon as so many numbers of them are ready."""
    prefetch_elements: int
    """So many numbers of parameters are gathered ahead of their use."""
    kept_whole_below: int
    """A parameter of fewer numbers is not cut."""


StrategyConfig = DDPConfig | FSDP2Config | ZeRO3Config
KINDS: dict[str, type[StrategyConfig]] = {"ddp": DDPConfig, "fsdp2": FSDP2Config, "zero3": ZeRO3Config}


def strategy_named(name: str) -> StrategyConfig:
    """The configuration of that name, or in a JSON file of that path.

    Raises FileNotFoundError where there is none, ValueError where it does not say what it must.
    """
    path = CONFIGS / f"{name}.json" if name in KINDS else Path(name)
    said = json.loads(path.read_text(encoding="utf-8"))
    kind = said.pop("strategy", None)
    if kind not in KINDS:
        raise ValueError(f"{path}: there is no strategy {kind!r}; there are {', '.join(KINDS)}")
    expected = {field.name for field in fields(KINDS[kind])}
    if set(said) != expected:
        raise ValueError(f"{path}: {kind} is configured by {', '.join(sorted(expected))}, and by nothing else")
    return KINDS[kind](**said)

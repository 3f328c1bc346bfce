"""Three ways to spread a model that learns over the ranks, behind one interface.

| | parameters | gradients | Adam's moments | what is sent in a step |
|---|---|---|---|---|
| DDP | whole | whole | whole | gradients, all-reduced in buckets |
| FSDP2 | a slice of each | a slice | a slice | all-gather before each block, forward and backward; reduce-scatter |
| ZeRO-3 | a slice of each | a slice | a slice, with a copy of the parameters | the same |

Li et al. 2020, "PyTorch Distributed"; Zhao et al. 2023, "PyTorch FSDP"; Rajbhandari et al. 2020, "ZeRO".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from curriculum.learner import Learner, MakeOptimizer
from curriculum.strategy_configs import DDPConfig, FSDP2Config, StrategyConfig, ZeRO3Config
from curriculum.torch_learners import DDP, FSDP2, sharded
from curriculum.train_gpt import Place
from curriculum.zero3 import ZeRO3, engine


def learner(
    model: nn.Module,
    make_optimizer: MakeOptimizer,
    place: Place,
    config: StrategyConfig,
    clip: float,
    low_precision: bool = False,
) -> Learner:
    """The model, spread over the ranks as the configuration says; `model` itself becomes part of it."""
    match config:
        case DDPConfig():
            return DDP(model, make_optimizer, place, config, clip, low_precision)
        case FSDP2Config():
            return FSDP2(model, make_optimizer, place, config, clip, low_precision)
        case ZeRO3Config():
            return ZeRO3(model, make_optimizer, place, config, clip, low_precision)


def frozen(model: nn.Module, place: Place, config: StrategyConfig) -> Callable[..., Any]:
    """A model that does not learn, kept as the strategy keeps one that does; to be called by all ranks alike."""
    model.eval().requires_grad_(False)
    match config:
        case DDPConfig():
            return model.to(place.device)
        case FSDP2Config():
            sharded(model, place, config, low_precision=False, learns=False)
            return model
        case ZeRO3Config():
            made: Callable[..., Any] = engine(model, None, place, config, 0.0, low_precision=False)
            return made

"""torch's own two strategies: DDP, which keeps everything on every rank, and FSDP2, which keeps slices.

Li et al. 2020, "PyTorch Distributed"; Zhao et al. 2023, "PyTorch FSDP".
"""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from curriculum.gpt import Block
from curriculum.learner import MOMENTS, Learner, Losses, MakeOptimizer, State
from curriculum.strategy_configs import DDPConfig, FSDP2Config
from curriculum.train_gpt import Place


class TorchLearner(Learner):
    """What DDP and FSDP2 have in common: an optimizer of torch over parameters that are tensors, whole or not."""

    optimizer: torch.optim.Optimizer

    def fresh_moments(self) -> None:
        """What Adam would make in its first step, so that a checkpoint can be read into it before."""
        for parameter in self.model.parameters():
            step = torch.zeros((), device=parameter.device)
            self.optimizer.state[parameter] = {"step": step, **{name: torch.zeros_like(parameter) for name in MOMENTS}}

    def backward(self, losses: Losses) -> None:
        """The gradient of the sum of the losses."""
        raise NotImplementedError

    def step(self, losses: Losses) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        self.backward(losses)
        gradients = [parameter.grad for parameter in self.model.parameters() if parameter.grad is not None]
        self.gradient_bytes = sum(local(gradient).nbytes for gradient in gradients)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.steps += 1
        return (norm.full_tensor() if isinstance(norm, DTensor) else norm).item()

    @property
    def groups(self) -> list[dict[str, Any]]:
        return self.optimizer.param_groups

    def full(self, parameter: Tensor) -> Tensor:
        return parameter.full_tensor() if isinstance(parameter, DTensor) else parameter

    def state(self) -> State:
        named = dict(self.model.named_parameters())
        moments = {key: {name: self.optimizer.state[p][key] for name, p in named.items()} for key in MOMENTS}
        return {"model": {name: parameter.detach() for name, parameter in named.items()}, **moments}

    def restore(self, state: State, steps: int) -> None:
        # The tensors of `state()` are the model's and the optimizer's own, so they were read into in place.
        for kept in self.optimizer.state.values():
            kept["step"].fill_(steps)
        self.steps = steps

    def bytes_kept(self) -> dict[str, int]:
        moments = [kept[key] for kept in self.optimizer.state.values() for key in MOMENTS]
        return {
            "parameters": sum(local(parameter).nbytes for parameter in self.model.parameters()),
            "copies": 0,
            "moments": sum(local(moment).nbytes for moment in moments),
        }


def local(tensor: Tensor) -> Tensor:
    """What this rank has of a tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


class DDP(TorchLearner):
    """Every rank keeps everything, and all-reduces gradients."""

    def __init__(
        self,
        model: nn.Module,
        make_optimizer: MakeOptimizer,
        place: Place,
        config: DDPConfig,
        clip: float,
        low_precision: bool,
    ) -> None:
        super().__init__(model, place, clip)
        self.model.to(place.device)
        self.low_precision = low_precision
        self.wrapped = DistributedDataParallel(self.model, bucket_cap_mb=config.bucket_megabytes)
        self.optimizer = make_optimizer(self.model)
        self.fresh_moments()

    def __call__(self, *inputs: Tensor) -> Any:
        with torch.autocast(self.place.device.type, torch.bfloat16, enabled=self.low_precision):
            return self.wrapped(*inputs)

    def backward(self, losses: Losses) -> None:
        for number, loss in enumerate(losses, 1):
            with contextlib.nullcontext() if number == len(losses) else self.wrapped.no_sync():
                (loss() * self.place.world_size).backward()


class FSDP2(TorchLearner):
    """Every rank keeps a slice of the rows of each parameter; a block's are gathered while it computes."""

    def __init__(
        self,
        model: nn.Module,
        make_optimizer: MakeOptimizer,
        place: Place,
        config: FSDP2Config,
        clip: float,
        low_precision: bool,
    ) -> None:
        super().__init__(model, place, clip)
        self.accumulate_whole = config.accumulate_whole
        sharded(self.model, place, config, low_precision)
        # Not before: the optimizer would hold the whole parameters, which are no longer the model's.
        self.optimizer = make_optimizer(self.model)
        self.fresh_moments()

    def __call__(self, *inputs: Tensor) -> Any:
        assert isinstance(self.model, FSDPModule)
        outputs = self.model(*inputs)
        if not torch.is_grad_enabled():
            # What belongs to no block stays gathered for the backward pass, which does not come.
            self.model.reshard()
        return outputs

    def backward(self, losses: Losses) -> None:
        assert isinstance(self.model, FSDPModule)
        for number, loss in enumerate(losses, 1):
            self.model.set_requires_gradient_sync(number == len(losses) or not self.accumulate_whole)
            (loss() * self.place.world_size).backward()


def sharded(model: nn.Module, place: Place, config: FSDP2Config, low_precision: bool, learns: bool = True) -> None:
    """Shard a model in place: each block by itself, and what is left with the whole.

    Sharded as a whole only, all parameters would be gathered at once, and nothing would be saved while it computes.
    """
    mesh = init_device_mesh(place.device.type, (place.world_size,))
    precision = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    options: dict[str, Any] = {"mesh": mesh, **({"mp_policy": precision} if low_precision else {})}
    for block in [module for module in model.modules() if isinstance(module, Block)]:
        fully_shard(block, reshard_after_forward=config.reshard_after_forward, **options)
    fully_shard(model, reshard_after_forward=not learns, **options)

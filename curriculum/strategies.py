"""Three ways to spread a model that learns over the ranks, behind one interface.

| | parameters | gradients | Adam's moments | what is sent in a step |
|---|---|---|---|---|
| DDP | whole | whole | whole | gradients, all-reduced in buckets |
| FSDP2 | a slice of each | a slice | a slice | all-gather before each block, forward and backward; reduce-scatter |
| ZeRO-3 | a slice of each | a slice | a slice, with a copy of the parameters | the same |

Li et al. 2020, "PyTorch Distributed"; Zhao et al. 2023, "PyTorch FSDP"; Rajbhandari et al. 2020, "ZeRO".

A *rank* is one process; there are W of them. A *slice* is 1/W: FSDP2 cuts a parameter by rows, ZeRO-3 cuts the row of
all its numbers.

A loss is given as this rank's *share*: the sum of the shares of all ranks is the loss. All three average gradients over
the ranks, so each share is multiplied by W before its backward pass; then the gradient is that of the sum, whoever had
how many rows of the batch.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, Shard, distribute_tensor
from torch.nn.parallel import DistributedDataParallel

from curriculum.gpt import Block
from curriculum.train_gpt import Place

CONFIGS = Path(__file__).parent / "distributed_configs"
MOMENTS = ("exp_avg", "exp_avg_sq")
MakeOptimizer = Callable[[nn.Module], torch.optim.Optimizer]
Losses = Sequence[Callable[[], Tensor]]
State = dict[str, dict[str, Tensor]]
"""Of "model", "exp_avg" and "exp_avg_sq", each parameter's tensor by its name: whole, or a DTensor of its rows."""


# --- configurations


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


# --- learners


class Learner(ABC):
    """A model that learns, its optimizer, and the part of both that this rank keeps."""

    def __init__(self, model: nn.Module, place: Place, clip: float) -> None:
        """`model` is the same on every rank. Gradients are scaled to a norm of at most `clip`, that of all ranks."""
        self.place, self.clip = place, clip
        self.gradient_bytes = 0
        """Of what this rank kept of the gradients in the last step."""
        self.steps = 0
        self.shape = copy.deepcopy(model).to("meta")
        self.model = model

    @abstractmethod
    def __call__(self, *inputs: Tensor) -> Any:
        """The model's outputs; every rank must call it as often as the others."""

    @abstractmethod
    def step(self, losses: Losses) -> float:
        """One step along the gradient of the sum of all losses of all ranks; the norm of that gradient before clipping.

        Each loss is computed and forgotten before the next. Every rank must have as many.
        """

    @property
    @abstractmethod
    def groups(self) -> list[dict[str, Any]]:
        """The optimizer's groups, of which `lr` may be set."""

    @abstractmethod
    def full(self, parameter: Tensor) -> Tensor:
        """One parameter, whole, on every rank."""

    @abstractmethod
    def state(self) -> State:
        """What a checkpoint holds: this rank's part of it."""

    @abstractmethod
    def restore(self, state: State, steps: int) -> None:
        """Take up a state, of which this rank's part was read into `self.state()`, as it was after so many steps."""

    @abstractmethod
    def bytes_kept(self) -> dict[str, int]:
        """Bytes that this rank keeps between two steps: of parameters, of copies of them, and of moments."""

    @torch.no_grad()
    def whole(self, part: str = "") -> Any:
        """A plain copy of the model, or of its submodule of that name, on every rank: to write texts with."""
        made = copy.deepcopy(self.shape.get_submodule(part)).to_empty(device=self.place.device)
        source = self.model.get_submodule(part)
        for mine, parameter in zip(made.parameters(), source.parameters(), strict=True):
            mine.copy_(self.full(parameter))
        return made.eval()


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


class ZeRO3(Learner):
    """DeepSpeed's engine: every rank keeps a slice of each parameter's numbers, and a float32 copy of its slice."""

    def __init__(
        self,
        model: nn.Module,
        make_optimizer: MakeOptimizer,
        place: Place,
        config: ZeRO3Config,
        clip: float,
        low_precision: bool,
    ) -> None:
        super().__init__(model, place, clip)
        self.engine = engine(self.model, make_optimizer(self.model), place, config, clip, low_precision)
        self.optimizer = self.engine.optimizer.optimizer
        for flat in self.engine.optimizer.fp32_partitioned_groups_flat:
            step = torch.zeros((), device=flat.device)
            self.optimizer.state[flat] = {"step": step, **{name: torch.zeros_like(flat) for name in MOMENTS}}
        self.mesh = init_device_mesh(place.device.type, (place.world_size,))

    def __call__(self, *inputs: Tensor) -> Any:
        return self.engine(*inputs)

    def step(self, losses: Losses) -> float:
        for number, loss in enumerate(losses, 1):
            self.engine.set_gradient_accumulation_boundary(number == len(losses))
            self.engine.backward(loss() * self.place.world_size, scale_wrt_gas=False)
        self.gradient_bytes = self.engine.optimizer.grad_partitions_flat_buffer.nbytes
        self.engine.step()
        self.steps += 1
        return float(self.engine.get_global_grad_norm())

    @property
    def groups(self) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = self.optimizer.param_groups
        return groups

    def full(self, parameter: Tensor, key: str | None = None) -> Tensor:
        from deepspeed.utils import safe_get_full_fp32_param, safe_get_full_optimizer_state

        found = safe_get_full_optimizer_state(parameter, key) if key else safe_get_full_fp32_param(parameter)
        return torch.as_tensor(found)

    def state(self) -> State:
        # In rows, as FSDP2 cuts them: then a checkpoint can be read by all three.
        return {
            part: {
                name: rows_of(self.full(parameter, key), self.mesh) for name, parameter in self.model.named_parameters()
            }
            for part, key in (("model", None), *((key, key) for key in MOMENTS))
        }

    def restore(self, state: State, steps: int) -> None:
        from deepspeed.utils import safe_set_local_fp32_param, safe_set_local_optimizer_state

        parameters: list[tuple[str, Any]] = list(self.model.named_parameters())
        for name, parameter in parameters:
            mine = self.slice(state["model"][name], parameter)
            safe_set_local_fp32_param(parameter, mine)
            parameter.ds_tensor.data.copy_(mine)
            for key in MOMENTS:
                safe_set_local_optimizer_state(parameter, self.slice(state[key][name], parameter), key)
        for kept in self.optimizer.state.values():
            kept["step"].fill_(steps)
        self.steps = steps

    def slice(self, rows: Tensor, parameter: Any) -> Tensor:
        """This rank's numbers of a parameter that is given in rows; behind its end they are 0."""
        assert isinstance(rows, DTensor)
        size = parameter.ds_tensor.numel()
        padded = torch.zeros(size * self.place.world_size, device=self.place.device)
        padded[: rows.numel()] = rows.full_tensor().flatten()
        return padded[size * self.place.rank :][:size]

    def bytes_kept(self) -> dict[str, int]:
        flats = self.engine.optimizer.fp32_partitioned_groups_flat
        slices: list[Any] = list(self.model.parameters())
        return {
            "parameters": sum(parameter.ds_tensor.nbytes for parameter in slices),
            "copies": sum(flat.nbytes for flat in flats),
            "moments": sum(self.optimizer.state[flat][key].nbytes for flat in flats for key in MOMENTS),
        }


def rows_of(whole: Tensor, mesh: DeviceMesh) -> DTensor:
    """A tensor that every rank has whole, as the rows that this rank keeps of it."""
    rows = distribute_tensor(whole, mesh, [Shard(0)], src_data_rank=None)
    # A copy: as a view, it would keep the whole alive.
    return DTensor.from_local(
        rows.to_local().clone(), mesh, [Shard(0)], run_check=False, shape=whole.shape, stride=whole.stride()
    )


# --- DeepSpeed


def deepspeed_config(config: ZeRO3Config, world_size: int, clip: float, low_precision: bool) -> dict[str, Any]:
    """Our configuration in DeepSpeed's words."""
    return {
        # We cut batches into pieces and say which is the last; these two must be there, and are not used.
        "train_micro_batch_size_per_gpu": 1,
        "train_batch_size": world_size,
        "gradient_clipping": clip,
        "bf16": {"enabled": low_precision},
        "zero_optimization": {
            "stage": 3,
            "overlap_comm": True,
            "reduce_bucket_size": config.bucket_elements,
            "stage3_prefetch_bucket_size": config.prefetch_elements,
            "stage3_param_persistence_threshold": config.kept_whole_below,
        },
    }


def engine(
    model: nn.Module,
    optimizer: torch.optim.Optimizer | None,
    place: Place,
    config: ZeRO3Config,
    clip: float,
    low_precision: bool,
) -> Any:
    """A DeepSpeed engine. Raises ImportError where DeepSpeed is not installed."""
    if place.device.type == "cpu":
        os.environ["DS_ACCELERATOR"] = "cpu"
    # What torchrun sets; a process alone has to say it too.
    os.environ.setdefault("LOCAL_RANK", "0")
    try:
        import deepspeed
    except ImportError:
        raise ImportError("zero3 needs DeepSpeed: pip install 'attention-to-rlhf[deepspeed]'") from None
    # Between CPUs it would first compile, for a minute or more, a kernel of its own; gloo does without.
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    deepspeed.logger.setLevel("WARNING")
    settings = deepspeed_config(config, place.world_size, clip, low_precision)
    # It calls torch's functions by their old names.
    warnings.filterwarnings("ignore", r"`torch\.distributed\.\w+` is deprecated", FutureWarning)
    return deepspeed.initialize(model=model, optimizer=optimizer, config=settings)[0]


# --- a choice of them


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

"""DeepSpeed's ZeRO-3 (Rajbhandari et al. 2020, "ZeRO"), which needs the extra `deepspeed`."""

from __future__ import annotations

import os
import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.tensor import DTensor, Shard, distribute_tensor

from curriculum.learner import MOMENTS, Learner, Losses, MakeOptimizer, State
from curriculum.strategy_configs import ZeRO3Config
from curriculum.train_gpt import Place


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

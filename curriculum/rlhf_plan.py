"""RLHF on GPUs that one has not got: memory and time of the four models, by the models of this chapter.

A model stands on a group of GPUs, shares its weights, gradients and states there by ZeRO-3, and writes by tensor
parallelism with a second copy of its weights in bfloat16. One update: the policy writes the texts, three models score
them, policy and value model learn from them once, with recomputation.

Symbols: `places` are the GPUs of a group, k of them. Seconds and bytes are those of one GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curriculum.hardware import Device
from curriculum.model_memory import DecoderShape
from curriculum.placement import best_placement, memory_by_gpu, placement_time
from curriculum.step_time import communication_time, exchange_time, roofline, step_time
from curriculum.training_memory import activation_memory, model_memory

Option = tuple[list[int], int, list[float]]
LLAMA_2 = {
    "7B": DecoderShape(32_000, 32, 4096, 32, 32, 128, 11_008, tied=False),
    "70B": DecoderShape(32_000, 80, 8192, 64, 8, 128, 28_672, tied=False),
}
"""The two ends of Touvron et al. (2023), "Llama 2", by https://huggingface.co/meta-llama/Llama-2-7b-hf and
…/Llama-2-70b-hf, config.json."""


@dataclass(frozen=True)
class Job:
    """What an update is, and what is assumed of the machine beyond its data sheet."""

    texts: int = 512
    prompt: int = 512
    reply: int = 512
    microbatch: int = 4
    """Texts of one GPU at once, while it scores or learns."""
    share: float = 0.4
    """Of the peak of matrix products: assumed."""
    node_microseconds: float = 3.4
    network_microseconds: float = 14.0
    """Latency of a ring's step inside a machine and between machines: what NCCL 2.20.3 assumes of its protocol Simple
    for its choice of algorithm (https://github.com/NVIDIA/nccl, src/graph/tuning.cc, hwLat)."""

    @property
    def time(self) -> int:
        return self.prompt + self.reply


def link(device: Device, ranks: int, job: Job) -> tuple[float, float]:
    """Microseconds and gigabits of a step around all `ranks`, which fill one machine after another.

    A part that goes around the ring leaves a machine in one step of eight. NCCL lays a ring through each network card,
    so all of them carry what leaves.
    """
    if ranks <= device.node:
        return job.node_microseconds, device.node_gigabits
    microseconds = ((device.node - 1) * job.node_microseconds + job.network_microseconds) / device.node
    return microseconds, min(device.node_gigabits, device.node * device.network_gigabits)


def model_bytes(
    shape: DecoderShape, count: int, learns: bool, writes: bool, job: Job, device: Device
) -> dict[str, int]:
    """What a model holds on each of `count` GPUs, by what it is, as if all of it stayed throughout an update."""
    block = (shape.parameters - shape.vocab_size * shape.d_model * (2 - shape.tied)) // shape.n_layer
    sharers = min(count, device.node)
    found = {"states": sum(model_memory(shape.parameters, "ZeRO-3", count, learns=learns))}
    found["gathered blocks"] = 2 * 2 * block if count > 1 else 0  # in use, and the next one
    if learns:
        found["activations"] = activation_memory(
            job.microbatch, job.time, shape.d_model, shape.n_head, shape.n_layer, recompute=True
        )
    if writes:
        found["logits"] = 2 * job.microbatch * job.time * shape.logits_bytes()  # and their gradient
        found["copy to write with"] = sum(model_memory(shape.parameters, "DDP", tensor=sharers, learns=False))
        found["cache"] = job.texts * job.time * shape.cache_bytes("bfloat16") // count
    return found


def phases(
    shape: DecoderShape, count: int, learns: bool, scores: bool, writes: bool, job: Job, device: Device
) -> list[float]:
    """Seconds to write, to score and to learn on `count` GPUs, at most as many as there are texts."""
    rates = (device.matrix_rate, job.share, device.memory_rate)
    weights, tokens = 2 * shape.parameters, job.texts * job.time
    microbatches = -(-job.texts // (count * job.microbatch))
    microseconds, gigabits = link(device, count, job)
    writing = scoring = learning = 0.0
    if writes:
        sharers = min(count, device.node)
        replies = job.texts * sharers / count  # that one group of sharers writes at once
        cache = shape.cache_bytes("bfloat16") * (job.prompt + job.reply / 2) * replies / sharers
        # 2 operations a parameter and token: as many as its weights have bytes
        token = roofline(weights * replies / sharers, weights / sharers + cache, *rates)
        stream = replies * shape.d_model * 2
        inside = (job.node_microseconds, device.node_gigabits)
        token += 2 * shape.n_layer * communication_time("all_reduce", stream, sharers, *inside)
        writing = job.reply * token + roofline(weights * job.texts * job.prompt / count, weights / sharers, *rates)
    if scores:
        gather = communication_time("all_gather", weights / shape.n_layer, count, microseconds, gigabits)
        alone = roofline(weights * tokens / count, weights * microbatches, *rates)
        scoring = max(alone, microbatches * shape.n_layer * gather)
    if learns:
        traffic = 4 * weights * microbatches + 28 * shape.parameters / count  # AdamW reads 16 bytes and writes 12 or so
        exchanged = exchange_time(
            shape.parameters, "ZeRO-3", count, microseconds, gigabits, shape.n_layer, microbatches
        )
        learning = step_time(
            shape.parameters,
            tokens,
            count,
            matrix_rate=device.matrix_rate,
            share=job.share,
            memory_rate=device.memory_rate,
            traffic=traffic,
            overlapped=exchanged,
            exposed=0.0,
            recompute=True,
        )
    return [writing, scoring, learning]


def groups(gpus: int, device: Device, parts: Sequence[int] = (1, 2, 4)) -> list[list[int]]:
    """All GPUs, their halves, their quarters: neighbours that are whole machines, or an equal part of one."""
    sizes = [gpus // part for part in parts if gpus % part == 0]
    known = [size for size in sizes if size % device.node == 0 or device.node % size == 0]
    return [list(range(first, first + size)) for size in known for first in range(0, gpus, size)]


def candidates(
    shapes: dict[str, DecoderShape], gpus: int, job: Job, device: Device, parts: Sequence[int] = (1, 2, 4)
) -> list[list[Option]]:
    """The options of policy, reference, reward model and value model, in this order."""
    found = []
    for name, shape in shapes.items():
        learns, writes = name in ("policy", "value"), name == "policy"
        options = []
        for places in groups(gpus, device, parts):
            size = sum(model_bytes(shape, len(places), learns, writes, job, device).values())
            seconds = phases(shape, len(places), learns, not writes, writes, job, device)
            options.append((places, size, seconds))
        found.append(options)
    return found


@dataclass(frozen=True)
class Plan:
    """The fastest placement that fits."""

    chosen: list[Option]
    fullest: int
    """Bytes on the GPU that holds most."""
    seconds: float


def plan(
    shapes: dict[str, DecoderShape], gpus: int, job: Job, device: Device, parts: Sequence[int] = (1, 2, 4)
) -> Plan | None:
    """The fastest placement on so many GPUs, or None where nothing fits."""
    options = candidates(shapes, gpus, job, device, parts)
    numbers = best_placement(options, gpus, device.memory)
    if numbers is None:
        return None
    chosen = [options[model][number] for model, number in enumerate(numbers)]
    return Plan(chosen, max(memory_by_gpu(chosen, gpus)), placement_time(chosen, gpus))

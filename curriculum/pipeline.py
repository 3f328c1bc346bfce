"""Pipeline parallelism: the layers of a model lie on several ranks, and pieces of a batch follow each other through.

GPipe: Huang et al. 2019, "GPipe: Efficient Training of Giant Neural Networks using Pipeline Parallelism", section 2.
1F1B, one forward and one backward pass in turn: Narayanan et al. 2019, "PipeDream: Generalized Pipeline Parallelism for
DNN Training"; here in the form with a flush after each batch, Narayanan et al. 2021, "Efficient Large-Scale Language
Model Training on GPU Clusters Using Megatron-LM", section 2.2.

Symbols: the model is cut into p *stages*, one on each rank, and the batch into m *micro-batches* of equal size. A
*pass* is ("F", i), the forward pass of micro-batch i through a stage, or ("B", i), its backward pass. The *passes* of a
stage are a list, in the order in which it makes them; a *schedule* is the list of the passes of all stages. Times are
in seconds.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from curriculum.communicator import Communicator

Passes = Sequence[tuple[str, int]]
Schedule = Sequence[Passes]


def gpipe_schedule(stages: int, micro_batches: int) -> "Schedule":
    """On every stage all forward passes, then all backward passes."""
    return [[(kind, i) for kind in "FB" for i in range(micro_batches)] for _ in range(stages)]


def pass_times(schedule: "Schedule", forward: list[float], backward: list[float]) -> list[list[tuple[float, float]]]:
    """When each pass of a schedule starts and ends, in the order of the schedule; messages take no time.

    forward, backward: how long such a pass takes on each stage. A pass starts as soon as the one before it on its stage
    has ended and what it needs is there. Raises ValueError if a pass would wait for ever.
    """
    seconds = {"F": forward, "B": backward}
    # When what a pass gives is there, by kind, micro-batch and stage. The data and the loss are there from the start.
    there: dict[tuple[str, int, int], float] = {}
    for _, i in schedule[0]:
        there["F", i, -1] = there["B", i, len(schedule)] = 0.0
    times: list[list[tuple[float, float]]] = [[] for _ in schedule]
    free = [0.0] * len(schedule)
    left = [list(passes) for passes in schedule]
    while any(left):
        known = len(there)
        for stage, passes in enumerate(left):
            while passes:
                kind, i = passes[0]
                needed = {"F": [("F", i, stage - 1)], "B": [("F", i, stage), ("B", i, stage + 1)]}[kind]
                if not all(one in there for one in needed):
                    break
                start = max(free[stage], *(there[one] for one in needed))
                free[stage] = there[kind, i, stage] = start + seconds[kind][stage]
                times[stage].append((start, free[stage]))
                passes.pop(0)
        if len(there) == known:
            raise ValueError("a pass of this schedule waits for ever")
    return times


def bubble(schedule: "Schedule", forward: list[float], backward: list[float]) -> float:
    """The share of the stages' time in which they have nothing to do, from 0 until the last pass of all has ended.

    It is (p − 1) / (m + p − 1) for GPipe and for 1F1B where all stages are equally fast.
    """
    times = pass_times(schedule, forward, backward)
    whole = max(end for stage in times for _, end in stage)
    busy = sum(end - start for stage in times for start, end in stage)
    return 1.0 - busy / (len(schedule) * whole)


def activations_held(schedule: "Schedule") -> list[int]:
    """For each stage, of how many micro-batches at once it has to keep the activations.

    They are kept from the forward pass of a micro-batch until its backward pass has ended.
    """
    found = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += {"F": 1, "B": -1}[kind]
            most = max(most, held)
        found.append(most)
    return found


def one_f_one_b_schedule(stages: int, micro_batches: int) -> "Schedule":
    """Stage s makes p − s − 1 forward passes ahead; then one forward and one backward in turn; then what is left.

    So it holds at most p − s micro-batches at once, however many there are.
    """
    schedule = []
    for stage in range(stages):
        ahead = min(stages - stage - 1, micro_batches)
        passes = [("F", i) for i in range(ahead)]
        for i in range(micro_batches - ahead):
            passes += [("F", ahead + i), ("B", i)]
        passes += [("B", i) for i in range(micro_batches - ahead, micro_batches)]
        schedule.append(passes)
    return schedule


def run_stage(
    module: nn.Module,
    passes: "Passes",
    comm: "Communicator",
    inputs: list[Tensor],
    loss_of: Callable[[Tensor, int], Tensor],
    template: Tensor,
) -> float | None:
    """Make the passes of this rank's stage; the gradients of the batch's loss end in its parameters' `.grad`.

    inputs: on rank 0 the micro-batches, elsewhere empty. loss_of(output, i): on the last rank, the mean loss of
    micro-batch i, a scalar. template: any tensor with the shape, dtype and device of what enters this stage. The loss
    of the batch is the mean of those of the micro-batches; the last rank returns it, the others None.
    """
    left, right = comm.rank - 1, comm.rank + 1
    first, last = comm.rank == 0, right == comm.world_size
    micro_batches = len({i for _, i in passes})
    held: dict[int, tuple[Tensor, Tensor]] = {}  # what went in and what came out, until the backward pass
    loss = 0.0
    outgoing: Tensor | None = None
    to = right
    for kind, i in passes:
        incoming: Tensor | None = None
        if kind == "F" and not first:
            source, incoming = left, torch.empty_like(template)
        elif kind == "B" and not last:
            source, incoming = right, torch.empty_like(held[i][1])
        # Both at once: where two neighbours have something for each other, neither may wait until it has sent.
        if outgoing is not None and incoming is not None:
            comm.exchange(outgoing, to, incoming, source)
        elif outgoing is not None:
            comm.send(outgoing, to)
        elif incoming is not None:
            comm.recv(incoming, source)
        if kind == "F":
            x = inputs[i] if incoming is None else incoming.requires_grad_()
            y = module(x)
            if last:
                y = loss_of(y, i) / micro_batches
                loss += y.item()
            held[i] = x, y
            outgoing, to = None if last else y, right
        else:
            x, y = held.pop(i)
            y.backward(incoming)
            outgoing, to = None if first else x.grad, left
    if outgoing is not None:
        comm.send(outgoing, to)
    return loss if last else None

"""torch's own schedules as lists, with several stages on a rank, and the replay that says how long they take.

`torch.distributed.pipelining` makes its schedules as tables before it runs them. They come from
`_schedule_visualizer`, a private module that needs neither processes nor a network.

Symbols: rank r of `ranks` has `per_rank` of the stages. A *move* is (kind, micro-batch, stage). Kinds are "F" and "B"
as in `curriculum.pipeline`, and the two halves into which a backward pass can be cut (Qi et al. 2024, "Zero Bubble
Pipeline Parallelism"): "I", the gradient by the stage's input, and "W", that by its weights.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

Move = tuple[str, int, int]
Moves = Sequence[Sequence[Move]]
Spans = list[list[tuple[float, float]]]


def torchs_schedule(name: str, ranks: int, micro_batches: int, per_rank: int = 1) -> list[list[Move]]:
    """The moves of each rank by torch's schedule of this name: "GPipe", "1F1B", "Interleaved1F1B", "ZBVZeroBubble"."""
    from torch.distributed.pipelining._schedule_visualizer import get_schedule_ops
    from torch.distributed.pipelining.schedules import _ComputationType as Type

    kinds = {Type.FORWARD: "F", Type.FULL_BACKWARD: "B", Type.BACKWARD_INPUT: "I", Type.BACKWARD_WEIGHT: "W"}
    table = get_schedule_ops(name, ranks, micro_batches, per_rank, add_spacing=False)
    return [
        [
            (kinds[one.computation_type], int(one.microbatch_index or 0), one.stage_index)
            for one in row
            if one is not None and one.computation_type in kinds
        ]
        for row in table
    ]


def move_times(moves: Moves, seconds: Mapping[str, float]) -> Spans:
    """When each move starts and ends, where one of a kind takes so many seconds on every stage.

    Raises ValueError if a move would wait for ever. "W" waits for "I" of its stage, which no other rank does.
    """
    last = max(stage for row in moves for _, _, stage in row)
    done: dict[Move, float] = {}
    free, times = [0.0] * len(moves), [[] for _ in moves]  # type: tuple[list[float], Spans]
    while any(len(row) < len(wanted) for row, wanted in zip(times, moves, strict=True)):
        known = len(done)
        for rank, row in enumerate(moves):
            for move in row[len(times[rank]) :]:
                ready = [done.get(one, done.get(other)) for one, other in _needs(*move, last)]
                if None in ready:
                    break
                start = max(free[rank], *(one for one in ready if one is not None), 0.0)
                free[rank] = done[move] = start + seconds[move[0]]
                times[rank].append((start, free[rank]))
        if len(done) == known:
            raise ValueError("a move of this schedule waits for ever")
    return times


def _needs(kind: str, i: int, stage: int, last: int) -> list[tuple[Move, Move]]:
    """What a move needs: for each need two moves, either of which will do."""
    if kind == "F":
        return [(("F", i, stage - 1),) * 2] if stage else []
    if kind == "W":
        return [(("I", i, stage),) * 2]
    return [(("F", i, stage),) * 2] + ([(("B", i, stage + 1), ("I", i, stage + 1))] if stage < last else [])


def idle_share(times: Spans) -> float:
    """The share of the ranks' time, until the last move of all has ended, in which they have nothing to do."""
    whole = max(end for row in times for _, end in row)
    return 1.0 - sum(end - start for row in times for start, end in row) / (len(times) * whole)


def most_held(moves: Moves) -> list[int]:
    """For each rank, of how many pairs of stage and micro-batch at once it has to keep the activations."""
    change = {"F": 1, "B": -1, "I": 0, "W": -1}
    return [max(itertools.accumulate(change[kind] for kind, _, _ in row)) for row in moves]

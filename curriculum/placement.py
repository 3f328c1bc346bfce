"""Which of the models of RLHF stands on which GPUs.

An *option* of a model is `(places, size, seconds)`: the numbers of the GPUs it uses, the bytes it holds on each of
them for as long as training lasts, and for how long it keeps each of them busy in every phase of a step (writing texts,
scoring them, learning from them). Candidates are a list of options for each model; a choice takes one of each.
"""

import itertools


def memory_by_gpu(chosen: "list[tuple[list[int], int, list[float]]]", gpus: int) -> list[int]:
    """Bytes on each of the GPUs: those of all models that stand there."""
    held = [0] * gpus
    for places, size, _ in chosen:
        for gpu in places:
            held[gpu] += size
    return held


def placement_time(chosen: "list[tuple[list[int], int, list[float]]]", gpus: int) -> float:
    """Seconds of a step. A phase begins when the last GPU has ended the one before.

    Models on different GPUs work at the same time, those on one GPU after one another.
    """
    (_, _, first), *_ = chosen
    total = 0.0
    for phase in range(len(first)):
        busy = [0.0] * gpus
        for places, _, seconds in chosen:
            for gpu in places:
                busy[gpu] += seconds[phase]
        total += max(busy)
    return total


def best_placement(
    candidates: "list[list[tuple[list[int], int, list[float]]]]", gpus: int, capacity: int
) -> "list[int] | None":
    """For each model the number of its option, so that all fit into `capacity` bytes a GPU and a step is fastest.

    None where nothing fits.
    """
    fitting = []
    for choice in itertools.product(*map(enumerate, candidates)):
        chosen = [option for _, option in choice]
        if max(memory_by_gpu(chosen, gpus)) <= capacity:
            fitting.append((placement_time(chosen, gpus), [number for number, _ in choice]))
    return min(fitting)[1] if fitting else None

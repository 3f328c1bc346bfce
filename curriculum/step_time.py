"""How long a step of training takes, by arithmetic: operations, bytes in memory, bytes on the network.

Williams, Waterman & Patterson (2009), "Roofline", for one GPU; Hockney (1994), "The communication challenge for MPP",
for messages; Kaplan et al. (2020), section 2.1, for 6 operations a parameter and token; Chowdhery et al. (2022),
"PaLM", appendix B, for the share of the peak that is used (MFU).

Symbols: α, seconds before a message's first byte arrives; β, seconds a byte. Times are in seconds, sizes in bytes,
rates per second, except where a data sheet's unit is part of the name: `microseconds`, and `gigabits` per second.
"""


def communication_time(collective: str, size: float, ranks: int, microseconds: float, gigabits: float) -> float:
    """Seconds of a ring collective over `ranks` GPUs on a tensor of `size` bytes, or of one message ("send").

    `size` is that of the whole tensor: what an all-gather ends with, and a reduce-scatter begins with. Each step sends
    1 / ranks of it over a link that takes `microseconds` to begin and carries `gigabits` (10⁹ bits) a second.
    Raises ValueError for another collective.
    """
    around = ranks - 1
    known = {"all_gather": (around, ranks), "reduce_scatter": (around, ranks), "all_reduce": (2 * around, ranks)}
    known["send"] = (1, 1)
    if collective not in known:
        raise ValueError(f"collective must be one of {', '.join(known)}, not {collective!r}")
    steps, parts = known[collective]
    return steps * (microseconds / 1e6 + 8 * size / parts / (gigabits * 1e9))


def exchange_time(
    parameters: int,
    strategy: str,
    data: int,
    microseconds: float,
    gigabits: float,
    buckets: int = 1,
    microbatches: int = 1,
) -> float:
    """Seconds that a step's collectives over weights and gradients take, in bfloat16, one bucket after the other.

    DDP reduces all gradients once a step. ZeRO-1 scatters that reduction and gathers the new weights. ZeRO-2 keeps no
    whole gradient, so it scatters after each microbatch. ZeRO-3 keeps no whole weight either: each microbatch gathers
    them forward and again backward. Raises ValueError for another strategy.
    """
    calls = {
        "DDP": {"all_reduce": 1},
        "ZeRO-1": {"reduce_scatter": 1, "all_gather": 1},
        "ZeRO-2": {"reduce_scatter": microbatches, "all_gather": 1},
        "ZeRO-3": {"reduce_scatter": microbatches, "all_gather": 2 * microbatches},
    }
    if strategy not in calls:
        raise ValueError(f"strategy must be one of {', '.join(calls)}, not {strategy!r}")
    seconds = 0.0
    for collective, count in calls[strategy].items():
        once = communication_time(collective, 2 * parameters / buckets, data, microseconds, gigabits)
        seconds += buckets * count * once
    return seconds


def roofline(operations: float, traffic: float, matrix_rate: float, share: float, memory_rate: float) -> float:
    """Seconds that a GPU needs for `operations` of which it reaches `share` of its peak, and `traffic` bytes of memory.

    Both go on at once, so the slower one counts.
    """
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(
    parameters: int,
    tokens: int,
    gpus: int,
    *,
    matrix_rate: float,
    share: float,
    memory_rate: float,
    traffic: float,
    overlapped: float,
    exposed: float,
    recompute: bool = False,
    pipeline: int = 1,
    microbatches: int = 1,
) -> float:
    """Seconds of one step of training on `tokens` tokens, all GPUs together.

    6 operations a parameter and token, 8 with recomputation, divided among the GPUs; `traffic` bytes on each of them. A
    pipeline of p stages fed with m microbatches works for m of m + p − 1 turns. `overlapped` seconds of communication
    go on meanwhile, `exposed` ones do not.
    """
    operations = (8 if recompute else 6) * parameters * tokens / gpus
    busy = roofline(operations, traffic, matrix_rate, share, memory_rate)
    busy *= (microbatches + pipeline - 1) / microbatches
    return max(busy, overlapped) + exposed


def mfu(
    parameters: int,
    layers: int,
    width: int,
    time: int,
    tokens: int,
    seconds: float,
    gpus: int,
    peak: float,
    recompute: bool = False,
) -> tuple[float, float]:
    """The shares of the peak that a step used: of the model's operations (MFU), and of the hardware's (HFU).

    A token has 6 operations for each parameter and 12 · layers · width · time for attention. Recomputing runs the
    forward pass, a third of them, once more: the hardware does that, and the model needs none of it.
    """
    operations = (6 * parameters + 12 * layers * width * time) * tokens
    model = operations / (seconds * gpus * peak)
    return model, model * 4 / 3 if recompute else model

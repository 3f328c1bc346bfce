"""What an all-reduce costs by the α–β model of Hockney (1994), "The communication challenge for MPP".

A message of b bytes takes latency + b / bandwidth: α + b β in the usual letters, with β = 1 / bandwidth. Both
directions of a link are usable at once, and all links at the same time. To add numbers costs nothing here. The
algorithms are those of `curriculum.collectives`: Thakur, Rabenseifner & Gropp (2005), section 4.

Symbols: seconds, bytes, bytes per second; `world_size` ranks.
"""


def communication_cost(
    algorithm: str, world_size: int, size: float, latency: float, bandwidth: float
) -> dict[str, float]:
    """What an all-reduce of `size` bytes on every rank costs: its `steps`, `bytes` and `seconds`.

    steps: one after another. bytes: what the rank that sends most sends. algorithm: "ring" (parts of size / world_size
    bytes, not rounded), "tree" (up a binomial tree and down again) or "doubling" (recursive doubling; the ranks beyond
    the largest power of two hand over first and are told at the end). Raises ValueError for another.
    """
    match algorithm:
        case "ring":
            steps = sent = 2 * (world_size - 1)
            message = size / world_size
        case "tree":
            sent = (world_size - 1).bit_length()  # ⌈log₂ N⌉: rank 0 sends to so many
            steps, message = 2 * sent, size
        case "doubling":
            rounds = world_size.bit_length() - 1  # ⌊log₂ N⌋
            uneven = (world_size - 1).bit_length() - rounds  # 1 where N is no power of two
            steps, sent, message = rounds + 2 * uneven, rounds + uneven, size
        case _:
            raise ValueError(f"there is no all-reduce {algorithm!r}")
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size: int, latency: float, bandwidth: float) -> float:
    """The size in bytes at which ring and doubling take equally long, for two ranks or more.

    Below it doubling is faster, above it the ring. For two ranks that never happens: inf.
    """
    kinds = ("ring", "doubling")
    # Seconds are a straight line in the size: so much for nothing, and so much for each byte.
    ring_start, doubling_start = (
        communication_cost(kind, world_size, 0, latency, bandwidth)["seconds"] for kind in kinds
    )
    ring_slope, doubling_slope = (communication_cost(kind, world_size, 1, 0, bandwidth)["seconds"] for kind in kinds)
    saved = doubling_slope - ring_slope  # by the ring, for each byte
    if not saved:
        return float("inf")
    return (ring_start - doubling_start) / saved

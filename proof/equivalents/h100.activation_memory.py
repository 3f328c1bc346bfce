"""Mutants of activation_memory that cannot differ from it."""

UNUSED = "Other data-parallel GPUs have texts of their own, so `data` is not read: its default has no effect."
ARGUMENTS = {
    "data: int = 1, → data: int = 2,": UNUSED,
    "data: int = 1, → data: int = 0,": UNUSED,
    "(nothing) → data = 1": UNUSED,
}


def outcome(names, rng):
    tensor = int(rng.integers(1, 5))
    heads = tensor * int(rng.integers(1, 9))
    batch, time, width, layers, in_flight = (int(n) for n in rng.integers(1, 9, size=5))
    more = {"tensor": tensor, "in_flight": in_flight}
    for name in ("sequence_parallel", "flash", "recompute"):
        if rng.random() < 0.5:
            more[name] = bool(rng.random() < 0.5)
    if rng.random() < 0.5:
        more["data"] = int(rng.integers(1, 65))
    return names["activation_memory"](batch, tensor * time, heads * width, heads, layers, **more)

"""strings of letters say what is cut"""
CUTS = {"DDP": "", "ZeRO-1": "s", "ZeRO-2": "sg", "ZeRO-3": "sgw"}
COST = {"w": 2, "g": 2, "s": 12}


def share(n, k):
    return (n - 1) // k + 1


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    if strategy not in CUTS:
        raise ValueError(f"expected one of {sorted(CUTS)}, got {strategy!r}")
    mine = share(parameters, tensor * pipeline)
    held = {letter: share(mine, data if letter in CUTS[strategy] else 1) for letter in COST}
    if not learns:
        held["s"] = 0
    return [COST[letter] * held[letter] for letter in "wgs"]

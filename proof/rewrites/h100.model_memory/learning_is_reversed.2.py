"""early returns, the frozen model first"""
BF16 = 2
FP32 = 4


def round_up(n, k):
    quotient = n // k
    if quotient * k < n:
        quotient += 1
    return quotient


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    if strategy not in {"DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"}:
        raise ValueError(strategy)
    here = round_up(parameters, tensor * pipeline)
    piece = round_up(here, data)
    weights = BF16 * (piece if strategy == "ZeRO-3" else here)
    if learns:
        return weights, 0, 0
    if strategy == "DDP":
        return weights, BF16 * here, 3 * FP32 * here
    if strategy == "ZeRO-1":
        return weights, BF16 * here, 3 * FP32 * piece
    return weights, BF16 * piece, 3 * FP32 * piece

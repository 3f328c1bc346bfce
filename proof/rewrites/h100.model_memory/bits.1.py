"""match on the strategy, the answer built by a closure"""


def up(n, k):
    return (n + k - 1) // k


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    full = up(parameters, tensor * pipeline)
    slim = up(full, data)

    def answer(weights, gradients, states):
        if not learns:
            return 16 * weights, 0, 0
        return 16 * weights, 16 * gradients, 96 * states

    match strategy:
        case "DDP":
            return answer(full, full, full)
        case "ZeRO-1":
            return answer(full, full, slim)
        case "ZeRO-2":
            return answer(full, slim, slim)
        case "ZeRO-3":
            return answer(slim, slim, slim)
        case _:
            raise ValueError(strategy)

"""the stage as a number from list.index, an inner function that divides"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    def divide(numbers, ways):
        return numbers // ways + 1

    stage = ["DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"].index(strategy)
    mine = divide(parameters, tensor * pipeline)
    weights = divide(mine, data) if stage >= 3 else mine
    gradients = divide(mine, data) if stage >= 2 else mine
    states = divide(mine, data) if stage >= 1 else mine
    if learns:
        return [weights * 2, gradients * 2, states * 12]
    return [weights * 2, 0, 0]

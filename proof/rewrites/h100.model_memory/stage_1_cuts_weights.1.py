"""the stage as a number from list.index, divmod in an inner function"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    def divide(numbers, ways):
        whole, rest = divmod(numbers, ways)
        return whole + 1 if rest else whole

    stage = ["DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"].index(strategy)
    mine = divide(divide(parameters, tensor), pipeline)
    weights = divide(mine, data) if stage >= 1 else mine
    gradients = divide(mine, data) if stage >= 2 else mine
    states = divide(mine, data) if stage >= 3 else mine
    if learns:
        return [weights * 2, gradients * 2, states * 12]
    return [weights * 2, 0, 0]

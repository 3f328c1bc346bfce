"""Every pass has a place on a line: a forward pass at 2 i, a backward pass at 2 (i + ahead) + 1; the list is sorted."""


def one_f_one_b_schedule(stages, micro_batches):
    def row(stage):
        ahead = stages - 1 - stage
        placed = [(2 * i, "F", i) for i in range(micro_batches)]
        placed += [(2 * (i + ahead) + 1, "B", i) for i in range(micro_batches)]
        return [(kind, i) for _, kind, i in sorted(placed)]

    return [row(stage) for stage in range(stages)]

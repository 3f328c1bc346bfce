"""Backward passes from the last micro-batch to the first, as autograd would unwind them; plain loops."""


def gpipe_schedule(stages, micro_batches):
    schedule = []
    for _ in range(stages):
        passes = []
        for i in range(micro_batches):
            passes.append(("F", i))
        for i in range(micro_batches - 1, -1, -1):
            passes.append(("B", i))
        schedule.append(passes)
    return schedule

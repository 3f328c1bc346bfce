"""outer loop over micro-batches, lists filled in place"""


def gpipe_schedule(stages: int, micro_batches: int) -> list[list[tuple[str, int]]]:
    schedule: list[list[tuple[str, int]]] = []
    while len(schedule) < stages:
        schedule.append([])
    for micro_batch in range(micro_batches):
        for stage in range(stages):
            schedule[stage].append(("F", micro_batch))
        for stage in reversed(range(stages)):
            schedule[stage].append(("B", micro_batch))
    return schedule

"""extend with zip and repeat"""
from itertools import repeat


def gpipe_schedule(stages: int, micro_batches: int):
    schedule = []
    for _ in range(micro_batches):
        row = []
        for kind in ("F", "B"):
            row.extend(zip(repeat(kind), range(stages)))
        schedule.append(row)
    return schedule

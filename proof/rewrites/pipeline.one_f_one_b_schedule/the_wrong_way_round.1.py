"""one loop with a shifted index"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        passes = []
        for step in range(micro_batches + stage):
            if step < micro_batches:
                passes.append(("F", step))
            if step >= stage:
                passes.append(("B", step - stage))
        schedule.append(passes)
    return schedule

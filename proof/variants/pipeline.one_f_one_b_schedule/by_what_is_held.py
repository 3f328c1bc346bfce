"""Each stage decides pass by pass: backward when it holds as many micro-batches as it may, or nothing is left."""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        passes, forward, backward = [], 0, 0
        while backward < micro_batches:
            if forward - backward < stages - stage and forward < micro_batches:
                passes.append(("F", forward))
                forward += 1
            else:
                passes.append(("B", backward))
                backward += 1
        schedule.append(passes)
    return schedule

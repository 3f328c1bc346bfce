"""Simulates the pipeline, a tick for each pass: backward if one is due, else forward if there is room for it."""


def one_f_one_b_schedule(stages, micro_batches):
    forwards = [0] * stages  # made so far
    backwards = [0] * stages
    schedule = [[] for _ in range(stages)]
    while backwards[0] < micro_batches:
        made = []
        for s in range(stages):
            room = forwards[s] - backwards[s] < stages - s
            came = micro_batches if s == 0 else forwards[s - 1]
            back = forwards[s] if s == stages - 1 else backwards[s + 1]
            if backwards[s] < min(back, forwards[s]):
                made.append((s, "B"))
            elif room and forwards[s] < came:
                made.append((s, "F"))
        for s, kind in made:
            counts = backwards if kind == "B" else forwards
            schedule[s].append((kind, counts[s]))
            counts[s] += 1
    return schedule

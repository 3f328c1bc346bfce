"""a list of what is held"""


def one_f_one_b_schedule(p, m):
    def passes_of(room):
        held, passes = [], []
        for i in range(m):
            passes.append(("F", i))
            held.append(i)
            if len(held) == room:
                passes.append(("B", held.pop()))
        while held:
            passes.append(("B", held.pop(0)))
        return passes

    return [passes_of(room) for room in range(p, 0, -1)]

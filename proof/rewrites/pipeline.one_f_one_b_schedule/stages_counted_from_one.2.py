"""a generator with two counters"""


def one_f_one_b_schedule(p, m):
    def passes_of(stage):
        went = came = 0
        while went < m or came < m:
            if went < m and went - came <= p - 1 - stage:
                yield "F", went
                went += 1
            else:
                yield "B", came
                came += 1

    return [list(passes_of(stage)) for stage in range(1, p + 1)]

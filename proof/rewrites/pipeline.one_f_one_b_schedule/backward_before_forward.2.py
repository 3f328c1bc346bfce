"""sorted by a place on a line"""


def one_f_one_b_schedule(p, m):
    def order(s):
        everything = [(kind, i) for i in range(m) for kind in "FB"]
        return sorted(everything, key=lambda one: one[1] if one[0] == "F" else one[1] + p - s - 1.5)

    return [order(s) for s in range(p)]

"""a function for each phase"""


def forwards(begin, end):
    return [("F", i) for i in range(begin, end)]


def backwards(begin, end):
    return [("B", i) for i in range(begin, end)]


def in_turn(ahead, m):
    return [one for i in range(m - ahead) for one in (("F", i + ahead), ("B", i))]


def one_f_one_b_schedule(p, m):
    return [
        forwards(0, ahead) + in_turn(ahead, m) + backwards(m - ahead, m)
        for ahead in (min(s, m) for s in range(p))
    ]

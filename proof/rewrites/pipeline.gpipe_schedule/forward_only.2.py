"""a generator and append"""


def gpipe_schedule(p, m):
    def conveyor():
        number = 0
        while number < m:
            yield "F", number
            number += 1

    lists = []
    for _ in range(p):
        lists.append(list(conveyor()))
    return lists

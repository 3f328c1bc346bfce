"""itertools.product over the kinds"""
from itertools import product


def gpipe_schedule(p, m):
    def passes_of_a_stage():
        return list(product("BF", range(m)))

    return [passes_of_a_stage() for _ in range(p)]

"""Bytes of one token in one layer, as exact fractions, times the tokens."""
from fractions import Fraction


def activation_memory(batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True,
                      recompute=False, in_flight=1, data=1):
    stays = Fraction(1, tensor) if sequence_parallel else Fraction(1)
    shared = Fraction(1, tensor)
    token = width * (10 * stays + 24 * shared)
    if not flash:
        token += 5 * heads * time * shared
    entry = 2 * width * stays
    tokens = batch * time
    count = layers * in_flight
    if recompute:
        total = tokens * (count * entry + token - entry)
    else:
        total = tokens * count * token
    assert total.denominator == 1
    return total.numerator

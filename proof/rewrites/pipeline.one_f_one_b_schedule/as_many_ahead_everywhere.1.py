"""slices of two lists"""


def one_f_one_b_schedule(stages, micro_batches):
    forward = [("F", i) for i in range(micro_batches)]
    backward = [("B", i) for i in range(micro_batches)]
    ahead = min(stages - 1, micro_batches)
    passes = forward[:ahead]
    for pair in zip(forward[ahead:], backward):
        passes.extend(pair)
    passes += backward[micro_batches - ahead:]
    return [list(passes) for _ in range(stages)]

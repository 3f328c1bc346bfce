"""Mutants of pass_times, bubble and activations_held that cannot differ from them."""

GROWS = "Nothing is ever taken out of the dict, so it never has fewer entries than before."
MAXIMUM = "A start is the largest of several times, and one of the others is at least 0: its own zero is never needed."
ARGUMENTS = {
    "if len(there) == known: → if len(there) <= known:": GROWS,
    'there["F", i, -1] = there["B", i, len(schedule)] = 0.0 → '
    'there["F", i, -1] = there["B", i, len(schedule)] = -1.0': MAXIMUM,
    "free = [0.0] * len(schedule) → free = [ -1.0] * len(schedule)": MAXIMUM,
}


def outcome(names, rng):
    stages, micro_batches = (int(n) for n in rng.integers(1, 5, size=2))
    passes = [(kind, i) for i in range(micro_batches) for kind in "FB"]
    schedule = []
    for _ in range(stages):
        order = [passes[int(n)] for n in rng.permutation(len(passes))]
        # A stage that goes backward first waits for ever; half of the schedules have none.
        schedule.append(sorted(order, key=lambda one: "FB".index(one[0])) if rng.random() < 0.7 else order)
    forward, backward = ([float(x) for x in rng.uniform(0.3, 3.0, size=stages)] for _ in range(2))
    try:
        times = names["pass_times"](schedule, forward, backward)
    except ValueError:
        return None, names["activations_held"](schedule)
    return times, names["bubble"](schedule, forward, backward), names["activations_held"](schedule)

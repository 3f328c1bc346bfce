"""recursion with a memory, and floats that stand for what is under way"""

from functools import partial


def pass_times(schedule, forward, backward):
    stages = len(schedule)
    places = [{one: place for place, one in enumerate(passes)} for passes in schedule]
    ends, under_way = {}, set()

    def start_of(stage, place):
        kind, i = schedule[stage][place]
        ready = end_of(stage, place - 1) if place else 0.0
        neighbour = stage - 1 if kind == "F" else stage + 1
        if 0 <= neighbour < stages:
            if (kind, i) not in places[neighbour]:
                raise ValueError(f"stage {stage} waits for {kind}{i}, which nobody makes")
            ready = max(ready, end_of(neighbour, places[neighbour][kind, i]))
        return ready

    def end_of(stage, place):
        if (stage, place) in under_way:
            raise ValueError("the stages wait in a circle")
        if (stage, place) not in ends:
            under_way.add((stage, place))
            seconds = (forward if schedule[stage][place][0] == "F" else backward)[stage]
            ends[stage, place] = start_of(stage, place) + seconds
            under_way.remove((stage, place))
        return ends[stage, place]

    return [
        [(start_of(stage, place), end_of(stage, place)) for place in range(len(passes))]
        for stage, passes in enumerate(schedule)
    ]


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    last = max(max(map(partial(max), stage)) for stage in times)
    worked = sum(end - start for stage in times for start, end in stage)
    return (last * len(times) - worked) / (last * len(times))


def activations_held(schedule):
    found = []
    for passes in schedule:
        inside, most = set(), 0
        for kind, i in passes:
            (inside.add if kind == "F" else inside.remove)(i)
            most = max(most, len(inside))
        found.append(most)
    return found

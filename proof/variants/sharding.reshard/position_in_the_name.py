"""A file is called by where its elements stand; ranks with padding only write an empty file at the end."""
import torch


def save_shard(shard, length, files, comm):
    start = min(length, comm.rank * len(shard))
    stop = min(length, (comm.rank + 1) * len(shard))
    files.write(f"{start}-{stop}-of-{length}-by-{comm.rank}", shard[: stop - start].clone())


def load_shard(files, comm):
    found = []
    for name in files.names():
        place = name.split("-")
        found.append((int(place[0]), int(place[1]), int(place[3]), name))
    length = found[0][2]
    size = -(-length // comm.world_size)
    shard = None
    for start, stop, _, name in sorted(found):
        low, high = max(start, comm.rank * size), min(stop, (comm.rank + 1) * size)
        piece = files.read(name, max(low - start, 0), max(high - start, 0)) if low < high else files.read(name, 0, 0)
        if shard is None:
            shard = torch.zeros(size, dtype=piece.dtype)
        if low < high:
            shard[low - comm.rank * size : high - comm.rank * size] = piece
    return shard

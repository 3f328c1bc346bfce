"""layout in the name, divmod"""
import math


def save_shard(shard, length, files, comm):
    files.write(f"part.{comm.world_size}.{length}", shard)


def load_shard(files, comm):
    (name,) = files.names()
    ranks, length = map(int, name.split(".")[1:])
    old = math.ceil(length / ranks)
    new = math.ceil(length / comm.world_size)
    shard = files.read(name, 0, 0).new_zeros(new)
    position, stop = comm.rank * new, min(comm.rank * new + new, length)
    while position < stop:
        inside = position % old
        count = min(old - inside, stop - position)
        at = position - comm.rank * new
        shard[at : at + count] = files.read(name, inside, inside + count)
        position += count
    return shard

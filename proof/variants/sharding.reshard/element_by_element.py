"""A table of where each element lies; runs of neighbours are read together."""
import itertools

import torch


def save_shard(shard, length, files, comm):
    count = 0
    while count < len(shard) and comm.rank * len(shard) + count < length:
        count += 1
    files.write("rank" + str(comm.rank), shard[0:count])


def load_shard(files, comm):
    ranks = sorted(int(name[4:]) for name in files.names())
    table = [(rank, place) for rank in ranks for place in range(files.length(f"rank{rank}"))]
    size = len(table) // comm.world_size + (len(table) % comm.world_size > 0)
    mine = table[comm.rank * size : (comm.rank + 1) * size]
    pieces = [files.read("rank0", 0, 0)]
    for rank, run in itertools.groupby(mine, key=lambda pair: pair[0]):
        places = [place for _, place in run]
        pieces.append(files.read(f"rank{rank}", places[0], places[-1] + 1))
    missing = size - len(mine)
    return torch.cat([*pieces, pieces[0].new_zeros(missing)])

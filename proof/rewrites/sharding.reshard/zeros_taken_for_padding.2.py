"""a class over the files, bisect"""
from bisect import bisect_right
from itertools import accumulate

import torch


def save_shard(shard, length, files, comm):
    files.write(str(comm.rank), shard[shard != 0])


class Saved:
    def __init__(self, files):
        self.files = files
        self.names = sorted(files.names(), key=int)
        self.ends = list(accumulate(files.length(name) for name in self.names))
        self.length = self.ends[-1]

    def read(self, start, stop):
        yield self.files.read(self.names[0], 0, 0)
        while start < stop:
            number = bisect_right(self.ends, start)
            begin = self.ends[number - 1] if number > 0 else 0
            end = min(stop, self.ends[number])
            yield self.files.read(self.names[number], start - begin, end - begin)
            start = end


def load_shard(files, comm):
    saved = Saved(files)
    size = -(-saved.length // comm.world_size)
    start = min(comm.rank * size, saved.length)
    stop = min(start + size, saved.length)
    values = torch.cat(list(saved.read(start, stop)))
    shard = torch.zeros(size, dtype=values.dtype)
    shard[: stop - start] = values
    return shard

"""lists of numbers, intervals"""
import torch


def save_shard(shard, length, files, comm):
    size = shard.numel()
    data = max(0, min(size, length - comm.rank * size))
    if data > 0:
        files.write(f"{comm.rank:08d}", shard[:data].clone())


def load_shard(files, comm):
    names = sorted(files.names())
    lengths = [files.length(name) for name in names]
    size = -(-sum(lengths) // comm.world_size)
    low = comm.rank * size
    high = low + size
    numbers = []
    begin = 0
    for name, length in zip(names, lengths):
        first, last = max(low, begin), min(high, begin + length)
        if first < last:
            numbers += files.read(name, first - begin, last - begin).tolist()
        begin += length
    numbers += [0.0] * (size - len(numbers))
    return torch.tensor(numbers, dtype=torch.float32)

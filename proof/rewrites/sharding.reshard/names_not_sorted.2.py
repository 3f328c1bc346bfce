"""one pass with what is left to skip and to take"""
import torch


def save_shard(shard, length, files, comm):
    start = comm.rank * shard.numel()
    if start < length:
        files.write(f"rank{comm.rank}", shard[: length - start])


def load_shard(files, comm):
    lengths = {name: files.length(name) for name in files.names()}
    size = (sum(lengths.values()) + comm.world_size - 1) // comm.world_size
    skip, take = comm.rank * size, size
    pieces = []
    for name, length in lengths.items():
        count = max(0, min(take, length - skip))
        pieces.append(files.read(name, skip, skip + count) if count else files.read(name, 0, 0))
        take -= count
        skip = max(0, skip - length)
    pieces.append(pieces[0].new_zeros(take))
    return torch.cat(pieces)

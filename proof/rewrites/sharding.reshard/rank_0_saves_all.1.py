"""early return, cat"""
import torch


def save_shard(shard, length, files, comm):
    if comm.rank > 0:
        comm.send(shard, 0)
        return
    parts = [shard]
    for source in range(1, comm.world_size):
        part = torch.empty_like(shard)
        comm.recv(part, source)
        parts.append(part)
    files.write("vector", torch.cat(parts)[:length])


def load_shard(files, comm):
    size = -(-files.length("vector") // comm.world_size)
    found = files.read("vector", comm.rank * size, (comm.rank + 1) * size)
    return torch.cat([found, found.new_zeros(size - len(found))])

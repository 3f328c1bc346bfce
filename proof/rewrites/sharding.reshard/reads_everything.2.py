"""a file with numbers, a loop over shards"""
import torch


def save_shard(shard, length, files, comm):
    if comm.rank == 0:
        files.write("length", torch.tensor([length, shard.numel()], dtype=torch.int64))
    files.write(f"shard-{comm.rank}", shard)


def load_shard(files, comm):
    length, old = files.read("length", 0, 2).tolist()
    new = (length - 1) // comm.world_size + 1
    vector = torch.zeros(new * comm.world_size, dtype=files.read("shard-0", 0, 0).dtype)
    for number in range((length - 1) // old + 1):
        begin = number * old
        end = min(begin + old, length)
        vector[begin:end] = files.read(f"shard-{number}", 0, end - begin)
    return vector[comm.rank * new : (comm.rank + 1) * new].clone()

"""a file with the length, divmod"""
import torch


def save_shard(shard, length, files, comm):
    if comm.rank == 0:
        files.write("length", torch.tensor([length, shard.numel()], dtype=torch.int64))
    files.write(f"shard-{comm.rank}", shard)


def load_shard(files, comm):
    length, old = files.read("length", 0, 2).tolist()
    new = (length - 1) // comm.world_size + 1
    wanted = [i for i in range(comm.rank * new, (comm.rank + 1) * new) if i < length]
    result = torch.zeros(new)
    filled = 0
    while filled < len(wanted):
        number, offset = divmod(wanted[filled], old)
        stop = min(old, offset + len(wanted) - filled)
        values = files.read(f"shard-{number}", offset, stop)
        result[filled : filled + len(values)] = values
        filled += len(values)
    return result

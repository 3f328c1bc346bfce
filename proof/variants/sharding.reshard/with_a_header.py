"""Parts are saved with their padding, and rank 0 writes a header with the length and the number of ranks."""
import torch


def save_shard(shard, length, files, comm):
    files.write(f"part-{comm.rank:06d}", shard)
    if comm.rank == 0:
        files.write("header", torch.tensor([length, comm.world_size, len(shard)], dtype=torch.int64))


def load_shard(files, comm):
    length, saved_on, saved_size = (int(value) for value in files.read("header", 0, 3))
    size = (length + comm.world_size - 1) // comm.world_size
    first, last = comm.rank * size, min((comm.rank + 1) * size, length)
    own = torch.zeros(size, dtype=files.read("part-000000", 0, 1).dtype)
    for rank in range(saved_on):
        low = max(first, rank * saved_size)
        high = min(last, (rank + 1) * saved_size)
        if low < high:
            came = files.read(f"part-{rank:06d}", low - rank * saved_size, high - rank * saved_size)
            own[low - first : high - first] = came
    return own

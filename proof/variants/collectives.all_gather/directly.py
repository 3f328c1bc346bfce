"""No ring: every rank sends its shard to each other one, k ranks further on in step k."""
import torch


def all_gather(shard, comm):
    found = {comm.rank: shard}
    for k in range(1, comm.world_size):
        source = (comm.rank - k) % comm.world_size
        found[source] = torch.zeros_like(shard)
        comm.exchange(shard, (comm.rank + k) % comm.world_size, found[source], source)
    return torch.vstack([found[r].reshape(1, -1) for r in sorted(found)]).reshape(-1, *shard.shape[1:])

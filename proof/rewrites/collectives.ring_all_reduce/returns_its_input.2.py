"""new tensors for every sum, direct exchange, padding where needed"""
import torch


def exchange_all(comm, outgoing, like):
    for gap in range(1, comm.world_size):
        to, source = (comm.rank + gap) % comm.world_size, (comm.rank - gap) % comm.world_size
        inbox = torch.empty_like(like)
        comm.exchange(outgoing(to), to, inbox, source)
        yield source, inbox


def ring_all_reduce(x, comm):
    total = x.reshape(-1)
    missing = -total.numel() % comm.world_size
    if missing:
        total = torch.cat([total, total.new_zeros(missing)])
    if comm.world_size > 1:
        parts = total.chunk(comm.world_size)
        mine = parts[comm.rank]
        for _, inbox in exchange_all(comm, lambda to: parts[to], mine):
            mine = mine + inbox
        sums = {comm.rank: mine}
        sums.update(exchange_all(comm, lambda to: mine, mine))
        total = torch.cat([sums[k] for k in range(comm.world_size)])
    return total[: x.numel()].reshape(x.shape)

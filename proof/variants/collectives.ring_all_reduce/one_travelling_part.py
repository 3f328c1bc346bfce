"""A recursive-looking program: one part travels and grows, then it travels on as it is, through numpy arrays."""
import numpy as np
import torch


def ring_all_reduce(x, comm):
    size, shape = comm.world_size, tuple(x.shape)
    rows = np.resize(np.zeros((), dtype=x.numpy().dtype), size * -(-x.numel() // size))
    rows[: x.numel()] = x.contiguous().numpy().ravel()
    rows = rows.reshape(size, -1)
    at = comm.rank
    travelling = torch.from_numpy(rows[at].copy())
    for step in range(2 * (size - 1)):
        at = (at - 1) % size
        came = torch.empty_like(travelling)
        comm.exchange(travelling, (comm.rank + 1) % size, came, (comm.rank - 1) % size)
        travelling = came + torch.from_numpy(rows[at]) if step < size - 1 else came
        if step >= size - 2:
            rows[at] = travelling.numpy()
    return torch.from_numpy(rows.ravel()[: x.numel()].reshape(shape).copy())

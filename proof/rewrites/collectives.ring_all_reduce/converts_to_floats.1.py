"""torch.zeros for the padded tensor, a table in place"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    n = x.numel()
    m = (n + N - 1) // N
    padded = torch.zeros(N * m, device=x.device)
    padded[:n] = x.reshape(-1)
    table = padded.view(N, m)
    buf = torch.empty_like(table[0])
    for s in range(N - 1):
        comm.exchange(table[(r - 1 - s) % N], (r + 1) % N, buf, (r - 1) % N)
        table[(r - 2 - s) % N] += buf
    for s in range(N - 1):
        comm.exchange(table[(r - s) % N], (r + 1) % N, table[(r - s - 1) % N], (r - 1) % N)
    return padded[:n].reshape(x.shape)

"""doubling distances, up and then down"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    total = x.clone()
    buf = torch.empty_like(total)
    distance = 1
    while distance < N:
        if r % (2 * distance) == distance:
            comm.send(total, r - distance)
        elif r % (2 * distance) == 0 and r + distance < N:
            comm.recv(buf, r + distance)
            total += buf
        distance *= 2
    while distance > 1:
        distance //= 2
        if r % (2 * distance) == distance:
            comm.recv(total, r - distance)
        elif r % (2 * distance) == 0 and r + distance < N:
            comm.send(total, r + distance)
    return total

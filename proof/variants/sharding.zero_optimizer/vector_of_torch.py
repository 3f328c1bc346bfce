"""torch's parameters_to_vector; one tensor of two rows for the moments, changed in place; messages by hand."""
import torch
from torch.nn.utils import parameters_to_vector


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.comm = list(parameters), comm
        self.settings = lr, betas, eps
        self.n = sum(p.numel() for p in self.params)
        self.moments = None
        self.t = 0

    def bounds(self, rank):
        size = -(-self.n // self.comm.world_size)
        return min(rank * size, self.n), min((rank + 1) * size, self.n)

    @torch.no_grad()
    def step(self):
        rank, world = self.comm.rank, self.comm.world_size
        gradient = parameters_to_vector([p.grad for p in self.params])
        values = parameters_to_vector(self.params)
        low, high = self.bounds(rank)
        # Every rank sends each of the others its part, without padding.
        mine = gradient[low:high].clone()
        for distance in range(1, world):
            to, source = (rank + distance) % world, (rank - distance) % world
            came = torch.empty_like(mine)
            a, b = self.bounds(to)
            self.comm.exchange(gradient[a:b].clone(), to, came, source)
            mine += came
        mine /= world

        lr, (b1, b2), eps = self.settings
        if self.moments is None:
            self.moments = torch.stack([torch.zeros_like(mine), torch.zeros_like(mine)])
        self.t += 1
        m, v = self.moments
        m.mul_(b1).add_(mine, alpha=1 - b1)
        v.mul_(b2).addcmul_(mine, mine, value=1 - b2)
        m_hat, v_hat = m / (1 - b1**self.t), v / (1 - b2**self.t)
        values[low:high] -= lr * m_hat / (v_hat.sqrt() + eps)

        for distance in range(1, world):
            to, source = (rank + distance) % world, (rank - distance) % world
            a, b = self.bounds(source)
            came = torch.empty_like(values[a:b])
            self.comm.exchange(values[low:high].clone(), to, came, source)
            values[a:b] = came
        for p, piece in zip(self.params, values.split([p.numel() for p in self.params])):
            p.copy_(piece.view_as(p))

"""scatter and gather of the gradient, then a pure function for Adam"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


def adam(value, gradient, first, second, t, lr, betas, eps):
    b1, b2 = betas
    first = b1 * first + (1 - b1) * gradient
    second = b2 * second + (1 - b2) * gradient.pow(2)
    direction = first.div(1 - b1**t) / (second.div(1 - b2**t).sqrt() + eps)
    return value - lr * direction, first, second


def join(tensors, ranks):
    pieces = [tensor.detach().reshape(-1) for tensor in tensors]
    missing = -sum(map(len, pieces)) % ranks
    return torch.cat([*pieces, torch.zeros(missing, dtype=pieces[0].dtype)])


def put_back(flat, tensors):
    for tensor in tensors:
        piece, flat = flat[: tensor.numel()], flat[tensor.numel() :]
        tensor.data.copy_(piece.view(tensor.shape))


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = parameters
        self.comm = comm
        self.settings = {"lr": lr, "betas": betas, "eps": eps}
        self.length = len(join(parameters, comm.world_size))
        self.first = torch.zeros(self.length, dtype=parameters[0].dtype)
        self.second = torch.zeros(self.length, dtype=parameters[0].dtype)
        self.t = 0

    def step(self):
        comm = self.comm
        gradients = join([p.grad for p in self.parameters], comm.world_size)
        gradient = all_gather(reduce_scatter(gradients, comm) / comm.world_size, comm)
        value = join(self.parameters, comm.world_size)
        self.t += 1
        value, self.first, self.second = adam(
            value, gradient, self.first, self.second, self.t, **self.settings
        )
        put_back(value, self.parameters)

"""helper that makes parameters, MLP of two layers of a kind"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def part(tensor, dim, comm):
    return nn.Parameter(tensor.detach().tensor_split(comm.world_size, dim)[comm.rank].clone())


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = part(weight, 0, comm)
        self.bias = part(bias, 0, comm)

    def forward(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        return F.linear(x, self.weight, self.bias)


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = part(weight, 1, comm)
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        term = F.linear(x, self.weight)
        return tensor_parallel.reduce_from_ranks(term, self.comm) + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.comm = comm
        self.up = RowParallelLinear(up_weight, up_bias, comm)
        self.down = RowParallelLinear(down_weight, down_bias, comm)

    def own(self, x):
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        return x.tensor_split(self.comm.world_size, -1)[self.comm.rank]

    def forward(self, x):
        hidden = self.up(self.own(x))
        return self.down(F.gelu(self.own(hidden)))

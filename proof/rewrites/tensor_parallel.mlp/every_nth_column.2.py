"""each class by itself, slices, matmul"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def own(n, comm):
    size = n // comm.world_size
    return slice(size * comm.rank, size * (comm.rank + 1))


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        rows = slice(comm.rank, None, comm.world_size)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[rows].t().clone())
        self.offset = nn.Parameter(bias.detach()[rows].clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        return everywhere @ self.matrix + self.offset


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        columns = own(weight.shape[1], comm)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[:, columns].t().clone())
        self.offset = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        product = x @ self.matrix
        return tensor_parallel.reduce_from_ranks(product, self.comm) + self.offset


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        units = slice(comm.rank, None, comm.world_size)
        self.comm = comm
        self.up = nn.Parameter(up_weight.detach()[units].t().clone())
        self.up_offset = nn.Parameter(up_bias.detach()[units].clone())
        self.down = nn.Parameter(down_weight.detach()[:, units].t().clone())
        self.down_offset = nn.Parameter(down_bias.detach().clone())

    def forward(self, x):
        everywhere = tensor_parallel.copy_to_ranks(x, self.comm)
        hidden = F.gelu(everywhere @ self.up + self.up_offset)
        product = hidden @ self.down
        return tensor_parallel.reduce_from_ranks(product, self.comm) + self.down_offset

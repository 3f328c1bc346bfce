"""free functions over ParameterDicts"""
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel


def column_parts(weight, bias, comm):
    mine = [t.detach().tensor_split(comm.world_size)[comm.rank] for t in (weight, bias)]
    return nn.ParameterDict({"w": nn.Parameter(mine[0].clone()), "b": nn.Parameter(mine[1].clone())})


def row_parts(weight, bias, comm):
    mine = weight.detach().tensor_split(comm.world_size, dim=1)[comm.rank]
    return nn.ParameterDict({"w": nn.Parameter(mine.clone()), "b": nn.Parameter(bias.detach().clone())})


def column(x, parts, comm):
    return F.linear(tensor_parallel.copy_to_ranks(x, comm), parts["w"], parts["b"])


def row(x, parts, comm):
    return tensor_parallel.reduce_from_ranks(F.linear(x, parts["w"]) + parts["b"], comm)


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.parts, self.comm = column_parts(weight, bias, comm), comm

    def forward(self, x):
        return column(x, self.parts, self.comm)


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.parts, self.comm = row_parts(weight, bias, comm), comm

    def forward(self, x):
        return row(x, self.parts, self.comm)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.up = column_parts(up_weight, up_bias, comm)
        self.down = row_parts(down_weight, down_bias, comm)
        self.comm = comm

    def forward(self, x):
        return row(F.gelu(column(x, self.up, self.comm)), self.down, self.comm)

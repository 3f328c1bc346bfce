"""base class, einsum, a Function which gathers"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum import tensor_parallel
from curriculum.collectives import all_gather


class Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx, piece, comm):
        ctx.comm = comm
        return all_gather(piece.movedim(-1, 0).contiguous(), comm).movedim(0, -1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.chunk(ctx.comm.world_size, -1)[ctx.comm.rank], None


class Sharded(nn.Module):
    def __init__(self, comm):
        super().__init__()
        self.comm = comm

    def shard(self, tensor, axis):
        width = tensor.shape[axis] // self.comm.world_size
        piece = tensor.detach().narrow(axis, self.comm.rank * width, width)
        return nn.Parameter(piece.clone())

    def spread(self, x):
        return tensor_parallel.copy_to_ranks(x, self.comm)

    def join(self, x):
        return tensor_parallel.reduce_from_ranks(x, self.comm)


class ColumnParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = self.shard(weight, 0)
        self.bias = self.shard(bias, 0)

    def forward(self, x):
        own = torch.einsum("...i,oi->...o", self.spread(x), self.weight) + self.bias
        return Gathered.apply(own, self.comm)


class RowParallelLinear(Sharded):
    def __init__(self, weight, bias, comm):
        super().__init__(comm)
        self.weight = self.shard(weight, 1)
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        return self.join(torch.einsum("...i,oi->...o", x, self.weight)) + self.bias


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.comm = comm
        self.first = ColumnParallelLinear(up_weight, up_bias, comm)
        self.second = RowParallelLinear(down_weight, down_bias, comm)

    def forward(self, x):
        hidden = self.first(x).chunk(self.comm.world_size, -1)[self.comm.rank]
        return self.second(F.gelu(hidden))

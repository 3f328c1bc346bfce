"""Only rank 0 has the bias behind the sum; matrices are stored as (in, out), and the MLP has its own code."""
import torch
from torch import nn
from torch.nn import functional as F

import curriculum.tensor_parallel as tensor_parallel


def bounds(n, comm):
    size = n // comm.world_size
    return comm.rank * size, (comm.rank + 1) * size


class ColumnParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        a, b = bounds(len(bias), comm)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[a:b].T.clone())
        self.bias = nn.Parameter(bias.detach()[a:b].clone())

    def forward(self, x):
        return tensor_parallel.copy_to_ranks(x, self.comm) @ self.matrix + self.bias


class RowParallelLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        a, b = bounds(weight.shape[1], comm)
        self.comm = comm
        self.matrix = nn.Parameter(weight.detach()[:, a:b].T.clone())
        if comm.rank == 0:
            self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        y = x @ self.matrix
        if self.comm.rank == 0:
            y = y + self.bias
        return tensor_parallel.reduce_from_ranks(y, self.comm)


class ParallelMLP(nn.Module):
    def __init__(self, up_weight, up_bias, down_weight, down_bias, comm):
        super().__init__()
        self.comm = comm
        a, b = bounds(len(up_bias), comm)
        parts = [up_weight[a:b], up_bias[a:b], down_weight[:, a:b]]
        if comm.rank == 0:
            parts.append(down_bias)
        self.parts = nn.ParameterList([nn.Parameter(part.detach().clone()) for part in parts])

    def forward(self, x):
        up, up_bias, down, *bias = self.parts
        x = tensor_parallel.copy_to_ranks(x, self.comm)
        hidden = F.gelu(torch.einsum("...i,oi->...o", x, up) + up_bias)
        y = torch.einsum("...h,dh->...d", hidden, down)
        for b in bias:
            y = y + b
        return tensor_parallel.reduce_from_ranks(y, self.comm)

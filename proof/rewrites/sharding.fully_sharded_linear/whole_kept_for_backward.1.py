"""a small Function and F.linear"""
import torch
from torch import nn
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


class Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, shard, comm):
        ctx.comm = comm
        return all_gather(shard.detach(), comm)

    @staticmethod
    def backward(ctx, grad):
        return reduce_scatter(grad.contiguous(), ctx.comm) / ctx.comm.world_size, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.out_features, self.in_features = weight.shape
        flat = torch.cat([weight.detach().reshape(-1), bias.detach()])
        flat = F.pad(flat, (0, -len(flat) % comm.world_size))
        size = len(flat) // comm.world_size
        self.shard = nn.Parameter(flat[comm.rank * size : (comm.rank + 1) * size].clone())

    def forward(self, x):
        flat = Gather.apply(self.shard, self.comm)
        cells = self.out_features * self.in_features
        weight = flat[:cells].view(self.out_features, self.in_features)
        return F.linear(x, weight, flat[cells : cells + self.out_features])

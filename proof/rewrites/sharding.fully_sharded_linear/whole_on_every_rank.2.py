"""a Function with matrix products of its own"""
import torch
from torch import nn

from curriculum.collectives import ring_all_reduce


class AveragedLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, comm):
        ctx.save_for_backward(x, weight)
        ctx.comm = comm
        return x @ weight.t() + bias

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        outs, ins = weight.shape
        rows = g.reshape(-1, outs)
        both = torch.cat([(rows.t() @ x.reshape(-1, ins)).reshape(-1), rows.sum(0)])
        both = ring_all_reduce(both, ctx.comm) / ctx.comm.world_size
        grad_weight = both[: outs * ins].view(outs, ins).clone()
        grad_bias = both[outs * ins :].clone()
        return g @ weight, grad_weight, grad_bias, None


class FullyShardedLinear(nn.Module):
    def __init__(self, weight, bias, comm):
        super().__init__()
        self.comm = comm
        self.weight = nn.Parameter(weight.detach().clone())
        self.bias = nn.Parameter(bias.detach().clone())

    def forward(self, x):
        return AveragedLinear.apply(x, self.weight, self.bias, self.comm)
